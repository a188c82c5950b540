"""The program between us and a child: restricts it, watches it, ends everything it started.

Standard library only. It runs before every child, so it starts in no time.
"""
