"""What edited inputs ask for: queue rows and policies beside those of another commit."""
