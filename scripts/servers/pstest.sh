# Google's in-memory Pub/Sub for tests, in 25 lines of Go. Where a Google Cloud SDK has the emulator, that one is used, and this is not needed.
# needs: go
# inputs: scripts/servers/pstest/main.go scripts/servers/pstest/go.mod scripts/servers/pstest/go.sum
cd scripts/servers/pstest
CGO_ENABLED=0 go build -mod=readonly -o "$TARGET/pstest" .
