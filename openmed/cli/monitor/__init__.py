"""`openmed monitor`: look at what is live; move nothing."""
