bucket = "markets-int-terraform-state"
prefix = "markets"
