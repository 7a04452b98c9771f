#!/usr/bin/env bash
# Puts lane 1 of an environment on its Kubernetes cluster: scripts/deploy-lane.sh int|prod IMAGE [--render]
# IMAGE is named by digest (.../markets/lane@sha256:...): what int ran is what prod gets. The cluster is the one that kubectl's context names.
# --render prints what would be applied and touches no cluster. Applying the same twice changes nothing.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'deploy-lane: %s\n' "$*" >&2; }
environment=${1-} image=${2-} mode=${3-}
case $environment in int | prod) ;; *) say "expected int or prod, found '$environment'"; exit 64 ;; esac
[[ $image =~ ^[^@:]+(:[0-9]+/[^@:]+)?@sha256:[0-9a-f]{64}$ ]] ||
  { say "expected an image by its digest (REGION-docker.pkg.dev/PROJECT/markets/lane@sha256:...), found '$image'; make docker-build and the workflow print it"; exit 64; }
case $mode in '' | --render) ;; *) say "expected nothing or --render, found $mode"; exit 64 ;; esac
command -v kubectl >/dev/null || { say "expected kubectl, found none; install it"; exit 2; }

# The overlay as it is, and the image by digest in place of its tag. kustomize takes relative paths only.
mkdir -p .tools
folder=$(mktemp -d .tools/deploy-XXXXXX)
trap 'rm -rf "$folder"' EXIT
overlay=orchestrator/k8s/overlays/$environment
tagged=$(sed -n 's/^ *newName: *//p' "$overlay/kustomization.yaml")
cat >"$folder/kustomization.yaml" <<KUSTOMIZATION
resources:
  - ../../$overlay
images:
  - name: $tagged
    newName: ${image%@*}
    digest: ${image#*@}
KUSTOMIZATION
kubectl kustomize "$folder" >"$folder/manifests.yaml"
if [ "$mode" = --render ]; then cat "$folder/manifests.yaml"; exit; fi

context=$(kubectl config current-context 2>/dev/null) ||
  { say "expected a cluster in kubectl's configuration, found none; run: gcloud container clusters get-credentials CLUSTER --region REGION --project PROJECT"; exit 2; }
say "$environment: $image to $context"
kubectl apply --server-side --field-manager=markets-deploy -f "$folder/manifests.yaml"
