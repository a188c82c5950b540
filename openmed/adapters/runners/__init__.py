"""What runs candidates: the registry, the child process, and the runners it can load."""
