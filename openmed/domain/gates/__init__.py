"""Gates: the policy, the evidence, the verdict; one rule a file in `rules/`."""
