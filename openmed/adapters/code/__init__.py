"""Digests of our own code, and the gates that installed packages bring."""
