"""What was measured: reports, scores, comparisons of reports."""
