"""A preview policy suggested from what a candidate measured."""
