#!/usr/bin/env bash
# Builds the images with Docker: scripts/docker-build.sh [--push REPOSITORY]. With --push each image goes to REPOSITORY/<name>, and its digest into
# .tools/images/<name>.digest. The same sources give the same layers: no time of the build is kept, that of the commit stands in its place.
set -euo pipefail
cd "$(dirname "$0")/.."
IMAGES=(lane:orchestrator/Dockerfile streaming:streaming/Dockerfile reporter:reporter/Dockerfile)

say() { printf 'docker-build: %s\n' "$*" >&2; }
repository=
case ${1-} in
  '') ;;
  --push) repository=${2:?expected a repository behind --push} ;;
  *) say "expected nothing or --push REPOSITORY, found $1"; exit 64 ;;
esac

command -v docker >/dev/null || { say "expected the program docker, found none; install Docker with buildx, or let the workflow build (docs/cloud/deployment.md)"; exit 2; }
docker info >/dev/null 2>&1 || { say "expected a Docker daemon, found none that answers at ${DOCKER_HOST:-/var/run/docker.sock}; start it and run again"; exit 2; }
docker buildx version >/dev/null 2>&1 || { say "expected docker buildx, found none; install the plugin docker-buildx"; exit 2; }

version=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' package.json)
revision=$(git rev-parse HEAD)
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH
mkdir -p .tools/images

for image in "${IMAGES[@]}"; do
  name=${image%%:*}
  output=(--load)
  tag=markets-$name:$version
  if [ -n "$repository" ]; then
    tag=$repository/$name:$version-${revision:0:12}
    output=(--output "type=image,push=true,rewrite-timestamp=true" --provenance=mode=max)
  fi
  say "$tag"
  docker buildx build --file "${image#*:}" --tag "$tag" --platform linux/amd64 \
    --build-arg "VERSION=$version" --build-arg "REVISION=$revision" --build-arg SOURCE_DATE_EPOCH \
    --metadata-file ".tools/images/$name.json" "${output[@]}" .
  if [ -n "$repository" ]; then
    sed -n 's/.*"containerimage.digest": *"\(sha256:[0-9a-f]*\)".*/\1/p' ".tools/images/$name.json" >".tools/images/$name.digest"
    say "$repository/$name@$(cat ".tools/images/$name.digest")"
  fi
done
