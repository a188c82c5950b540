"""An example of a runner plug-in for openmed-release."""
