"""Files of events, of runs, and of messages that are still to be delivered."""
