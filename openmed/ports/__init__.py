"""Every Protocol that crosses the process boundary, by topic; `adapters/` implements them."""
