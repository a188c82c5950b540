"""Undoing releases: the steps of it, its stages, and what people hear."""
