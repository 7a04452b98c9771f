# Rules that are bundled with tflint: nothing has to be downloaded.
plugin "terraform" {
  enabled = true
  preset  = "all"
}

rule "terraform_standard_module_structure" {
  enabled = true
}
