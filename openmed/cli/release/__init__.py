"""Commands of the group `openmed release`."""
