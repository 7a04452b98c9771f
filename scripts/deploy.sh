#!/usr/bin/env bash
# Deploys one image into one environment: scripts/deploy.sh int|prod [options of terraform plan], with IMAGE=<the lane's image by digest>.
# The cloud's resources by Terraform, then lane 1 on the cluster; with RUN_ON=cloud_run Terraform gets the image and there is no cluster.
# What is missing is said before anything is changed. Deploying the same twice changes nothing.
set -euo pipefail
cd "$(dirname "$0")/.."
environment=${1-}
case $environment in int | prod) shift ;; *) echo "deploy: expected int or prod, found '$environment'" >&2; exit 64 ;; esac
run_on=${RUN_ON:-kubernetes}
case $run_on in kubernetes | cloud_run) ;; *) echo "deploy: expected RUN_ON=kubernetes or cloud_run, found '$run_on'" >&2; exit 64 ;; esac

missing=()
command -v terraform >/dev/null || missing+=("the program terraform")
[ -x scripts/terraform.sh ] || missing+=("scripts/terraform.sh")
[ -n "${IMAGE-}" ] || missing+=("IMAGE=<the lane's image by digest>, as scripts/docker-build.sh --push or the workflow prints it")
[ -n "${GOOGLE_OAUTH_ACCESS_TOKEN-}${GOOGLE_APPLICATION_CREDENTIALS-}" ] || [ -f "${CLOUDSDK_CONFIG:-${HOME-}/.config/gcloud}/application_default_credentials.json" ] ||
  missing+=("credentials of Google Cloud (gcloud auth application-default login)")
if [ "$run_on" = kubernetes ]; then
  command -v kubectl >/dev/null || missing+=("the program kubectl")
  kubectl config current-context >/dev/null 2>&1 || missing+=("a cluster in kubectl's configuration (gcloud container clusters get-credentials ...)")
fi
if [ ${#missing[@]} -gt 0 ]; then
  printf 'deploy: %s needs\n' "$environment" >&2
  printf '  %s\n' "${missing[@]}" >&2
  echo 'deploy: nothing was changed; see docs/cloud/deployment.md' >&2
  exit 2
fi

if [ "$run_on" = cloud_run ]; then
  mkdir -p .tools/images
  printf '{"run_on": "cloud_run", "images": {"lane": "%s"}}\n' "$IMAGE" >.tools/images/images.tfvars.json
  scripts/terraform.sh apply "$environment" "-var-file=$PWD/.tools/images/images.tfvars.json" "$@"
  exit
fi
# Says before anything is changed what is wrong with the image or the manifests.
scripts/deploy-lane.sh "$environment" "$IMAGE" --render >/dev/null
scripts/terraform.sh apply "$environment" "$@"
scripts/deploy-lane.sh "$environment" "$IMAGE"
