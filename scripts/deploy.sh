#!/usr/bin/env bash
# make deploy-int: the cloud's resources by Terraform, then lane 1 on the cluster. What is missing is said before anything is changed.
set -euo pipefail
cd "$(dirname "$0")/.."
environment=${1:?expected an environment}
missing=()
for program in terraform kubectl; do command -v "$program" >/dev/null || missing+=("the program $program"); done
[ -x scripts/terraform.sh ] || missing+=("scripts/terraform.sh")
[ -n "${IMAGE-}" ] || missing+=("IMAGE=<the lane's image by digest>, as scripts/docker-build.sh --push or the workflow prints it")
kubectl config current-context >/dev/null 2>&1 || missing+=("a cluster in kubectl's configuration (gcloud container clusters get-credentials ...)")
[ -n "${GOOGLE_OAUTH_ACCESS_TOKEN-}${GOOGLE_APPLICATION_CREDENTIALS-}" ] || [ -f "${CLOUDSDK_CONFIG:-$HOME/.config/gcloud}/application_default_credentials.json" ] ||
  missing+=("credentials of Google Cloud (gcloud auth application-default login)")
if [ ${#missing[@]} -gt 0 ]; then
  printf 'deploy: %s needs\n' "$environment" >&2
  printf '  %s\n' "${missing[@]}" >&2
  echo 'deploy: nothing was changed; see docs/cloud/deployment.md' >&2
  exit 2
fi
scripts/deploy-lane.sh "$environment" "$IMAGE" --render >/dev/null
scripts/terraform.sh apply "$environment"
scripts/deploy-lane.sh "$environment" "$IMAGE"
