"""What monitors find out about what is live: regressions and alarms."""
