"""What the command line adds to the record of a run."""
