"""What commands that only show may take from caches; whoever decides reads the files themselves."""
