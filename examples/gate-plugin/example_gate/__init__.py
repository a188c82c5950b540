"""An example of a gate plug-in for openmed-release."""
