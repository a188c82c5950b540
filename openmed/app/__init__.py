"""One module a use case: what a command does, without how it is asked or shown."""
