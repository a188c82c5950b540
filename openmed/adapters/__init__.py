"""One port each, dumb on purpose: bytes in, bytes out. Only `context` builds these."""
