"""What a model's files lead to before anybody measured it: profile, row, and what is not known."""
