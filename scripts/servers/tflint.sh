# The linter of Terraform, with the rules that are bundled with it.
# needs: go
CGO_ENABLED=0 GOBIN="$TARGET" go install github.com/terraform-linters/tflint@v0.64.0
