"""Keys on disk, their rotation, and DSSE signatures."""
