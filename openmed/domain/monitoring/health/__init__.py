"""What `openmed monitor status` looks at, and what follows from what was found. Pure."""
