"""Commands about candidates: `openmed candidate`."""
