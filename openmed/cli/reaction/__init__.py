"""Commands of the group `openmed release` about what monitors find."""
