"""Release notes: what one ledger entry changed for whoever uses a model, and on what evidence."""
