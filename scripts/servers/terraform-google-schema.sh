# A stand-in for Terraform's google provider that knows its schema and nothing else: terraform/tools/offline-schema/README.md.
# needs: go
# inputs: terraform/tools/offline-schema/main.go terraform/tools/offline-schema/go.mod terraform/tools/offline-schema/go.sum terraform/tools/offline-schema/schema.json
mirror=$TARGET/mirror/registry.terraform.io/hashicorp/google/6.50.0/$(go env GOOS)_$(go env GOARCH)
mkdir -p "$mirror"
(cd terraform/tools/offline-schema && CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o "$mirror/terraform-provider-google_v6.50.0" .)
printf 'provider_installation {\n  filesystem_mirror {\n    path = "%s"\n  }\n}\n' "$TARGET/mirror" >"$TARGET/terraformrc"
