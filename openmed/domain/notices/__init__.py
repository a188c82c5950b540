"""What people are told, wherever they read."""
