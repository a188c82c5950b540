"""Records of what ran, besides what the ledger says of releases."""
