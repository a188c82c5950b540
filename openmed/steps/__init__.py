"""The shell: one module per task; each gathers, lets the domain decide, and applies."""
