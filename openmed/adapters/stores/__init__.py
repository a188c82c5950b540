"""Everything the engine writes and reads again, one store a file."""
