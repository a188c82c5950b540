"""Layouts of suite files that are not ours, read into documents."""
