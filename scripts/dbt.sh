#!/usr/bin/env bash
# The plain dbt command on the project that is assembled under ROOT: scripts/dbt.sh compile|build|test|docs ROOT SPECS.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH="$PWD/.tools/node/bin:$PATH"
command=$1 root=$2 specs=$3
mkdir -p "$root"
root=$(cd "$root" && pwd)
node orchestrator/transform/main.ts assemble --root "$root" --specs "$specs"
project=$root/warehouse/dbt
export MARKETS_ROOT=$root DBT_SEND_ANONYMOUS_USAGE_STATS=false
dbt() { .tools/python/bin/dbt "$@" --project-dir "$project" --profiles-dir "$project"; }
case $command in
  compile | build | test) dbt "$command" ;;
  docs) dbt docs generate --static && echo "documentation: $project/target/static_index.html" ;;
  *) echo "expected compile, build, test or docs, found $command" >&2; exit 64 ;;
esac
