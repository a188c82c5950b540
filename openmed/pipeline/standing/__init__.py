"""What stands, so that a command with nothing to do asks nobody again."""
