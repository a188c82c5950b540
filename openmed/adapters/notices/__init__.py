"""Sinks of notices: entry points of the group `openmed.sinks`; and the records of deliveries."""
