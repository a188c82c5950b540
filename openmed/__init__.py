"""The release engine for a fleet of clinical de-identification models.

Importing this package has no effect and loads nothing else.
"""
