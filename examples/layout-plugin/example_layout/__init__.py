"""An example of a suite layout for openmed-release."""
