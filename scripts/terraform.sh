#!/usr/bin/env bash
# Terraform for one environment, and its checks without any cloud:
#   scripts/terraform.sh plan ENV [options of terraform plan]     what would change
#   scripts/terraform.sh apply ENV [options of terraform plan]    plans, shows the plan, asks, applies exactly that plan
#   scripts/terraform.sh output ENV                               the outputs as JSON
#   scripts/terraform.sh check [--if-possible]                    format, schema, tests, linter; offline; said and left out where it cannot be had, unless CI=true
#   scripts/terraform.sh docs                                     writes docs/reference/iam.md
# ENV is int or prod. `apply prod` wants PROMOTE=yes; -auto-approve answers the question, for CI. Ends with 64 for wrong usage, 2 when something is missing or fails.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ -x .tools/node/bin/node ]; then PATH="$PWD/.tools/node/bin:$PATH"; fi

say() { printf 'terraform: %s\n' "$*" >&2; }
usage() { sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 64; }
need() { command -v "$1" >/dev/null || { say "expected $1 on PATH, found none; $2"; exit 2; }; }

work=
cleanup() { if [ -n "$work" ]; then rm -rf "$work"; fi; }
trap cleanup EXIT

# The stand-in's lock file and plugins must never come near a real run, so checks work on a copy.
copy() {
  work=$(mktemp -d)
  mkdir "$work/reporter"
  cp -r terraform source_specs "$work/"
  cp -r reporter/monitoring "$work/reporter/"
  find "$work" \( -name .terraform -o -name .terraform.lock.hcl \) -prune -exec rm -rf {} +
}

check_schema() {
  local schema=$PWD/.tools/servers/terraform-google-schema module environment
  [ -x .tools/servers/tflint/tflint ] && [ -f "$schema/terraformrc" ] ||
    { say "expected the provider's schema and tflint (scripts/install-servers.sh terraform-google-schema tflint, which needs Go), found none"; exit 2; }
  export TF_CLI_CONFIG_FILE=$schema/terraformrc TF_PLUGIN_CACHE_DIR=
  (
    cd "$work/terraform"
    for module in . modules/*; do
      echo "== $module"
      terraform -chdir="$module" init -backend=false -input=false -no-color >"$work/init.log" 2>&1 || { cat "$work/init.log"; exit 2; }
      terraform -chdir="$module" validate -no-color
      [ "$module" = . ] || terraform -chdir="$module" test -no-color
    done
    for environment in int prod; do
      echo "== $environment"
      terraform test -no-color -var-file="environments/$environment.tfvars"
    done
  )
  .tools/servers/tflint/tflint --chdir=terraform --recursive --no-color --config="$PWD/terraform/.tflint.hcl"
  echo "terraform: format, schema, tests and linter are content"
}

check() {
  if [ "${1:-}" = --if-possible ] && [ "${CI:-}" != true ] && { ! command -v terraform || ! command -v go; } >/dev/null; then
    say "skipped: the checks of terraform/, which need terraform and go on PATH"
    return
  fi
  need terraform "install Terraform 1.9 to 1.x"
  # A machine may name a configuration file that is not there; the checks have one of their own.
  export TF_CLI_CONFIG_FILE=/dev/null
  terraform fmt -recursive -check -diff terraform
  scripts/install-servers.sh terraform-google-schema tflint
  copy
  check_schema
}

environment() {
  case ${1:-} in int | prod) ;; *) say "expected int or prod, found ${1:-nothing}"; usage ;; esac
  need terraform "install Terraform 1.9 to 1.x"
  [ -f "terraform/environments/$1.tfvars" ] || { say "expected terraform/environments/$1.tfvars, found none"; exit 64; }
}

init() { terraform -chdir=terraform init -input=false -reconfigure -backend-config="environments/$1.backend.hcl"; }

plan() {
  local name=$1 out=$2
  shift 2
  terraform -chdir=terraform plan -input=false -lock-timeout=60s -var-file="environments/$name.tfvars" -out="$out" "$@"
}

apply() {
  local name=$1 answer approved=no option options=()
  shift
  for option in "$@"; do
    if [ "$option" = -auto-approve ]; then approved=yes; else options+=("$option"); fi
  done
  if [ "$name" = prod ] && [ "${PROMOTE:-}" != yes ]; then
    say "expected PROMOTE=yes for prod: its first apply locks retention policies for seven years; docs/cloud/terraform.md"
    exit 64
  fi
  if [ "$approved" = no ] && [ ! -t 0 ]; then
    say "expected a terminal to ask on, or -auto-approve; nothing was changed"
    exit 64
  fi
  work=$(mktemp -d)
  init "$name"
  plan "$name" "$work/plan" ${options[@]+"${options[@]}"}
  if [ "$approved" = no ]; then
    read -r -p "Apply this plan to $name? Only 'yes' will do: " answer
    [ "$answer" = yes ] || { say "nothing was changed"; exit 2; }
  fi
  terraform -chdir=terraform apply -input=false -lock-timeout=60s "$work/plan"
}

command=${1:-}
shift || true
case $command in
  check) check "$@" ;;
  docs) need terraform "install Terraform 1.9 to 1.x"; node scripts/infrastructure/main.ts ;;
  plan) environment "$@"; work=$(mktemp -d); init "$1"; name=$1; shift; plan "$name" "$work/plan" "$@" ;;
  apply) environment "$@"; apply "$@" ;;
  output) environment "$@"; init "$1" >&2; terraform -chdir=terraform output -json ;;
  *) usage ;;
esac
