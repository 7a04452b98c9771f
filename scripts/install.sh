#!/usr/bin/env bash
# Brings everything a checkout needs into .tools/ and node_modules/, from package registries only:
# Node 24 (where the machine's is older), the npm packages of package-lock.json, dbt from requirements.lock, its BigQuery side from
# requirements-bigquery.lock. Every step is cached by the content of what it installs from; with nothing to do it returns at once.
# `scripts/install.sh embedded` leaves the BigQuery side out: 48 packages and 400 MB that the demo has no use for.
set -euo pipefail
cd "$(dirname "$0")/.."

NODE_VERSION=24.21.0
UV_VERSION=0.13.8
STAMPS=.tools/stamps
mkdir -p "$STAMPS"

say() { printf 'install: %s\n' "$*" >&2; }
digest() { cat "$@" | sha256sum | cut -c1-32; }
is_done() { [ "$(cat "$STAMPS/$1" 2>/dev/null)" = "$2" ]; }
mark_done() { printf '%s\n' "$2" >"$STAMPS/$1"; }

node_package() {
  local os arch
  case "$(uname -s)" in Linux) os=linux ;; Darwin) os=darwin ;; *) say "no Node package for $(uname -s); install Node >= 24 yourself"; exit 1 ;; esac
  case "$(uname -m)" in x86_64 | amd64) arch=x64 ;; arm64 | aarch64) arch=arm64 ;; *) say "no Node package for $(uname -m); install Node >= 24 yourself"; exit 1 ;; esac
  printf 'node-%s-%s' "$os" "$arch"
}

install_node() {
  if [ -x .tools/node/bin/node ]; then return; fi
  if command -v node >/dev/null && [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 24 ]; then return; fi
  command -v npm >/dev/null || { say "expected node and npm (Node >= 20) on PATH, found none; install Node and run again"; exit 1; }
  local package
  package=$(node_package)
  say "Node $NODE_VERSION into .tools/node"
  npm install --prefix .tools/node-package --no-save --no-audit --no-fund --ignore-scripts --loglevel=error "$package@$NODE_VERSION" >/dev/null
  ln -sfn "node-package/node_modules/$package" .tools/node
}

install_npm_packages() {
  local key
  key=$(digest package.json package-lock.json)
  if is_done npm "$key" && [ -d node_modules ]; then return; fi
  say "npm packages of package-lock.json"
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
  mark_done npm "$key"
}

install_python() {
  local key python
  python=${PYTHON:-python3}
  key=$(digest scripts/python/requirements.lock scripts/python/requirements-test.lock)-$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  if is_done python "$key" && [ -x .tools/python/bin/dbt ]; then return; fi
  "$python" -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] < (3, 14) else 1)' ||
    { say "expected Python 3.11, 3.12 or 3.13, found $("$python" --version 2>&1); set PYTHON=/path/to/python3.11"; exit 1; }
  say "dbt of requirements.lock into .tools/python"
  rm -rf .tools/python
  "$python" -m venv .tools/python
  .tools/python/bin/python -m pip install --quiet --no-deps "uv==$UV_VERSION"
  UV_PYTHON_DOWNLOADS=never .tools/python/bin/uv pip install --quiet --python .tools/python/bin/python --no-deps --require-hashes \
    -r scripts/python/requirements.lock -r scripts/python/requirements-test.lock
  .tools/python/bin/python -m compileall -q .tools/python/lib >/dev/null
  mark_done python "$key"
}

# Only the modules that a build loads are compiled: all of the Google packages would take longer than their installation.
install_python_bigquery() {
  local key
  key=$(digest scripts/python/requirements-bigquery.lock)-$(cat "$STAMPS/python")
  if is_done python-bigquery "$key"; then return; fi
  say "dbt for BigQuery of requirements-bigquery.lock into .tools/python"
  UV_PYTHON_DOWNLOADS=never .tools/python/bin/uv pip install --quiet --python .tools/python/bin/python --no-deps --require-hashes \
    -r scripts/python/requirements-bigquery.lock
  .tools/python/bin/python -c 'import dbt.adapters.bigquery' >/dev/null 2>&1
  mark_done python-bigquery "$key"
}

# Node keeps what it compiled of a module; a first command would otherwise compile all of them. Validations load what validations need, in
# the command and in the confined process, which has a compile cache of its own: two at once leave two of them, for the two processes
# of a lane. The verdict on an empty file is that it fails, with exit status 2.
warm_compile_cache() {
  local key file job status=0
  key=$(find bin cli core -type f \( -name '*.ts' -o -name '*.js' -o -name '*.json' -o -name markets \) ! -name '*.test.ts' | LC_ALL=C sort | xargs cat package-lock.json | digest)
  if is_done compile-cache "$key" && [ -d .tools/cache/compile ]; then return; fi
  say "compiled modules into .tools/cache/compile"
  rm -rf .tools/cache/compile
  file=$(mktemp)
  bin/markets validate "$file" --spec oms_blotter >/dev/null 2>&1 &
  job=$!
  bin/markets validate "$file" --spec oms_blotter >/dev/null || status=$?
  wait "$job" || true
  rm -f "$file"
  if [ "$status" -eq 2 ]; then mark_done compile-cache "$key"; else say "markets validate ended with $status instead of 2: the first command will be slower"; fi
}

install_node
# npm itself then runs on that Node too: an older one would silently pick older packages by their `engines`.
if [ -x .tools/node/bin/node ]; then PATH="$PWD/.tools/node/bin:$PATH"; fi
install_npm_packages &
npm_job=$!
install_python
if [ "${1:-}" != embedded ]; then install_python_bigquery; fi
wait "$npm_job"
warm_compile_cache
