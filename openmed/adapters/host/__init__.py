"""This machine: terminal, CI job, hardware, environment."""
