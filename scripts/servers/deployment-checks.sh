# Programs that check the files of the deployment: Kubernetes' schemas, hadolint, shellcheck, and the one that lists Python packages as a bill of materials.
# needs: python3
# inputs: scripts/python/deployment-checks.lock
python3 -m venv --without-pip "$TARGET/venv"
PIP_DISABLE_PIP_VERSION_CHECK=1 python3 -m pip --python "$TARGET/venv/bin/python" install --quiet --no-deps --require-hashes -r scripts/python/deployment-checks.lock
