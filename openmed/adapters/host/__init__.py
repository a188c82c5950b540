"""This machine: clock, terminal, CI job, hardware, environment."""
