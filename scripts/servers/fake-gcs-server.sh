# A server that speaks the JSON API of Google Cloud Storage. Its known gaps: docs/cursed-knowledge.md.
# needs: go
CGO_ENABLED=0 GOBIN="$TARGET" go install github.com/fsouza/fake-gcs-server@v1.56.1
