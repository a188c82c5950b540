"""Attempts to get out of the jail, written by somebody who had not seen it.

`inside_*` is the text that runs as a candidate, standard library only; `victim` is the rest of the
machine; `table` says what each attempt counts as a success and which layers must be off for it.
"""
