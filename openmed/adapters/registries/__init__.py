"""Where released bytes go."""
