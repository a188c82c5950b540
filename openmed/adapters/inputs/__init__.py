"""What humans review: queue, policies, pins, catalogue; and the files of a new repository."""
