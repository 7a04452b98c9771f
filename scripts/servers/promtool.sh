# needs: none
# Prometheus' own checker of rules, from Debian's package. Installed where root has apt-get; elsewhere its tests are skipped by name.
mkdir -p "$TARGET/package"
if command -v promtool >/dev/null; then exit 0; fi
command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || { echo "expected promtool, or apt-get" >&2; exit 1; }
[ "$(id -u)" -ne 0 ] || apt-get update -qq >/dev/null
# Only the program is wanted, not the service: the package is unpacked beside the project.
(cd "$TARGET/package" && apt-get -o APT::Sandbox::User=root download -qq prometheus >/dev/null && dpkg-deb --extract prometheus_*.deb .)
mv "$TARGET/package/usr/bin/promtool" "$TARGET/promtool"
rm -rf "$TARGET/package"
