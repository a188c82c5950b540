"""An example of a registry plug-in for openmed-release."""
