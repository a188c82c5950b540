"""Where candidates' bytes come from, and what is refused on the way in."""
