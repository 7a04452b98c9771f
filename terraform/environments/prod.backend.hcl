bucket = "markets-prod-terraform-state"
prefix = "markets"
