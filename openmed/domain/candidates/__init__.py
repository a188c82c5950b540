"""What wants to be released: rows of the queue, the catalogue, parts of a fleet."""
