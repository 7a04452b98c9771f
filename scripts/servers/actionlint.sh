# Checks GitHub's workflows, the shell in them included (with the shellcheck of deployment-checks).
# needs: go
CGO_ENABLED=0 GOBIN="$TARGET" go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
