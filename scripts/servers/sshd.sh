# needs: none
# OpenSSH's server, from Debian: it cannot be built from a registry. Installed where root has apt-get; elsewhere its tests are skipped by name.
mkdir -p "$TARGET"
if ! PATH="$PATH:/usr/sbin:/usr/local/sbin" command -v sshd >/dev/null; then
  [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || { echo "expected sshd, or root with apt-get" >&2; exit 1; }
  # RUNLEVEL=1: the package's service is not started; tests start their own.
  export RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >/dev/null
  apt-get install -y -qq --no-install-recommends openssh-server >/dev/null
fi
