"""Values as text for terminals."""
