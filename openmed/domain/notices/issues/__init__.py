"""How trouble stands on an issue tracker: marks in a body, texts, and what is done next."""
