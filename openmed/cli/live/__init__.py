"""What is drawn again and again on a terminal: a run, and the state of the fleet."""
