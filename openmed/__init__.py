"""The release engine for a fleet of clinical de-identification models.

Importing this package has no effect and loads nothing else.
"""

__version__ = "0.1.0"
