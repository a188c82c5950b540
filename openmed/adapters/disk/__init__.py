"""Files that must last: atomic replacement, bounded reads, digests of folders."""
