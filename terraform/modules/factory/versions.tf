# No provider is required here and none may be: this module is evaluated offline (docs/decisions, ADR on the factory).
terraform {
  required_version = ">= 1.9.0, < 2.0.0"
}
