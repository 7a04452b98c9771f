# Has a registry of container images in it (`crane registry serve`), which tests push to and ask.
# needs: go
CGO_ENABLED=0 GOBIN="$TARGET" go install github.com/google/go-containerregistry/cmd/crane@v0.20.6
