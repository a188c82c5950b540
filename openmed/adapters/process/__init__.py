"""Child processes: start, watch, end."""
