"""Words of what gates and steps came to; apart from the policies and the evidence they rest on."""
