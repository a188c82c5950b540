"""Commands that look at what is live: `openmed monitor`."""
