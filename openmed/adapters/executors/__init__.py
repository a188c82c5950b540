"""Where candidates compute: in one process, in several of this machine, on a cluster."""
