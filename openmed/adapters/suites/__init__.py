"""Suites: where their bytes come from and how their tables are read."""
