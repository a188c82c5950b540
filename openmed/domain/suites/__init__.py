"""Documents with gold spans, pinned by digest."""
