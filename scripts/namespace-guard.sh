#!/usr/bin/env bash
# Fails when the namespace of trade identities differs from the one every identity ever sent was made with:
# scripts/namespace-guard.sh [FOLDER], the project's folder by default.
set -euo pipefail
cd "${1:-$(dirname "$0")/..}"
expected=a1b2c3d4-e5f6-7890-abcd-ef1234567890

guard() {
  grep -qF -- "$2" "$1" || {
    echo "$1: expected the namespace $expected, found another; every identity sent to the partner would change" >&2
    exit 1
  }
}
guard core/identity/trade-id.ts "TRADE_ID_NAMESPACE = '$expected'"
guard dbt_project/macros/identity/trade_id.sql "macro trade_id_namespace() -%}$expected{%-"
echo "namespace $expected: unchanged"
