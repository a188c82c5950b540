"""What people and programs are shown of runs: the last, the next, feed, events, metrics."""
