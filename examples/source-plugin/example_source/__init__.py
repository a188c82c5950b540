"""An example of a source plug-in for openmed-release."""
