"""Step `benchmark`: a candidate, and what it is compared with, on one suite."""
