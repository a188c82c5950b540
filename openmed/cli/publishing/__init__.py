"""The command that serves again what the pointer says."""
