"""What is served, who is trusted, what was seen, where it goes."""
