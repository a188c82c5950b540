"""Signed statements, whose signatures count, waivers."""
