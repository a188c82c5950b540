"""What is live, measured again night after night: who is next, what differs, what drifts."""
