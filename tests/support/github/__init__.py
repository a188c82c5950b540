"""GitHub on this machine: issues, comments and labels over real sockets, with faults on demand."""
