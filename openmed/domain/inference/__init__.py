"""What decides predictions besides weights, and what predictions are."""
