"""Looking at what is live: how it is served, and whether it still runs. Nothing is changed."""
