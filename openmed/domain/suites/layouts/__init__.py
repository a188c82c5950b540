"""Layouts of suite files, read into documents."""
