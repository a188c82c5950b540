"""A real release repository of many slots, and what commands cost in it."""
