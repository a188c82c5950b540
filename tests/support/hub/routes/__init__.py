"""What each route answers, and the table that says which request is which."""
