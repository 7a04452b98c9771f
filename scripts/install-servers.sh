#!/usr/bin/env bash
# Brings the servers that tests start into .tools/servers/<name>, from package registries only:
#   scripts/install-servers.sh              all of them
#   scripts/install-servers.sh --light      those that need neither Go nor Java
#   scripts/install-servers.sh NAME...      these
# Each is described by scripts/servers/<name>.sh: a line "# needs: none|go|java" (more than one word is allowed), perhaps a line
# "# inputs: FILE..." (what else it installs from), and then commands that install into "$TARGET". Cached by the content of those files.
# A server that cannot be had is said and left out: its tests are then skipped by name, and fail where CI=true.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ -x .tools/node/bin/node ]; then PATH="$PWD/.tools/node/bin:$PATH"; fi
STAMPS=.tools/stamps
mkdir -p "$STAMPS" .tools/servers

say() { printf 'install-servers: %s\n' "$*" >&2; }
header() { sed -n "s/^# $2: //p" "$1" | head -n 1; }

# Prints what is missing of the tools that a description needs.
missing_tools() {
  local tool
  for tool in $(header "$1" needs); do
    [ "$tool" = none ] || command -v "$tool" >/dev/null || printf '%s ' "$tool"
  done
}

install_server() {
  local description=$1 name key missing target
  name=$(basename "$description" .sh)
  target=$PWD/.tools/servers/$name
  # shellcheck disable=SC2046 # words of the header are file names of this project
  key=$(cat "$description" $(header "$description" inputs) | sha256sum | cut -c1-32)
  if [ "$(cat "$STAMPS/server-$name" 2>/dev/null)" = "$key" ] && [ -d "$target" ]; then return; fi
  missing=$(missing_tools "$description")
  if [ -n "$missing" ]; then say "$name is left out: it needs ${missing% }, which is not on this machine"; return; fi
  say "$name into .tools/servers/$name"
  rm -rf "$target" "$STAMPS/server-$name"
  mkdir -p "$target"
  if TARGET=$target bash -euo pipefail "$description"; then
    printf '%s\n' "$key" >"$STAMPS/server-$name"
  else
    rm -rf "$target"
    say "$name could not be installed: its tests will be skipped"
  fi
}

wanted() {
  local name
  if [ $# -gt 0 ] && [ "$1" != --light ]; then
    for name in "$@"; do
      [ -f "scripts/servers/$name.sh" ] || { say "expected one of $(cd scripts/servers && echo *.sh | sed 's/\.sh//g'), found $name"; exit 64; }
      printf 'scripts/servers/%s.sh\n' "$name"
    done
    return
  fi
  for name in scripts/servers/*.sh; do
    [ $# -gt 0 ] && [ "$(header "$name" needs)" != none ] || printf '%s\n' "$name"
  done
}

descriptions=$(wanted "$@")
for description in $descriptions; do install_server "$description"; done
