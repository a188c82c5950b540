"""The order of policies: whether one is weaker than another, and the minimum of a green one."""
