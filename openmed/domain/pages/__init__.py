"""Renderers of the trust artifacts: values → text, no clock, no I/O; the same bytes every time."""
