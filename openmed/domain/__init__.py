"""The core: values in, values out. No file, clock, network, randomness or environment."""
