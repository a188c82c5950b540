"""What happened: entries, and everything that can be read from their history."""
