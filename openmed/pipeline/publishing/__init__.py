"""The last part of a command: public repositories follow the pointer."""
