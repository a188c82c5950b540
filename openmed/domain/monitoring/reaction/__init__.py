"""What follows from a regression event: the reviewed policy, and the decision."""
