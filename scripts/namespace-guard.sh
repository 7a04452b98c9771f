#!/usr/bin/env bash
# Fails when the namespace of trade identities differs from the one every identity ever sent was made with.
set -euo pipefail
cd "$(dirname "$0")/.."
expected=a1b2c3d4-e5f6-7890-abcd-ef1234567890
for file in core/identity/trade-id.ts dbt_project/macros/identity/trade_id.sql; do
  grep -qF "'$expected'" "$file" || { echo "$file: expected the namespace $expected, found another; identities sent to the partner would change" >&2; exit 1; }
done
echo "namespace $expected: unchanged"
