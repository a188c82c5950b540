"""What a public repository must serve, and what follows from what it serves now."""
