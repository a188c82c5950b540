"""What the evidence that the ledger cites tells beside its entries."""
