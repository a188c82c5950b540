"""What decides where candidates compute, and what of their answers is read."""
