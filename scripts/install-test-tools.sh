#!/usr/bin/env bash
# Brings what only tests need into .tools/, from package registries: the GoogleSQL analyzer, which checks BigQuery SQL offline.
# `make install` and `make demo` do without it. Cached by the content of what it installs from.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ -x .tools/node/bin/node ]; then PATH="$PWD/.tools/node/bin:$PATH"; fi
STAMPS=.tools/stamps
mkdir -p "$STAMPS"

# The package carries its server for four platforms, 80 MB each; those of the others are not kept.
server_name() {
  local arch='' system=.so
  case "$(uname -m)" in arm64 | aarch64) arch=_arm ;; esac
  case "$(uname -s)" in Darwin) system='' ;; esac
  printf 'remote_server%s%s' "$arch" "$system"
}

install_sql_analyzer() {
  local key target=.tools/sql-analyzer
  key=$(cat scripts/sql-analyzer/package.json scripts/sql-analyzer/package-lock.json | sha256sum | cut -c1-32)-$(server_name)
  if [ "$(cat "$STAMPS/sql-analyzer" 2>/dev/null)" = "$key" ] && [ -d "$target/node_modules" ]; then return; fi
  printf 'install-test-tools: the GoogleSQL analyzer into %s\n' "$target" >&2
  rm -rf "$target"
  mkdir -p "$target"
  cp scripts/sql-analyzer/package.json scripts/sql-analyzer/package-lock.json .npmrc "$target/"
  npm ci --prefix "$target" --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
  find "$target" -name 'remote_server*' ! -name "$(server_name)" -delete
  printf '%s\n' "$key" >"$STAMPS/sql-analyzer"
}

install_sql_analyzer
