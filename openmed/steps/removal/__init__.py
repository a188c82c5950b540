"""Steps that remove bytes from this machine: what no slot needs, and what can be had again."""
