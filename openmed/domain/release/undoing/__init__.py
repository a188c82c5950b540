"""Undoing: what people are told of it, and the regression that a drill plants."""
