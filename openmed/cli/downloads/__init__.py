"""Commands of people who download: `openmed fetch`, `openmed resolve`."""
