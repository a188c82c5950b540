"""Step `flip`: everything before the commit point, and the commit."""
