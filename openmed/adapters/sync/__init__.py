"""Release state that several machines share through git."""
