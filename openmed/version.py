"""Version of this engine: apart from `__init__`, which every code digest covers."""

__version__ = "0.1.0"
