"""What a run came to, as it is reported; apart from what decides it, which is much to load."""
