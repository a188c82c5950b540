"""Whether a token that a test planted is in anything that the test put out, in any form.

`search.py` finds it in bytes, `hearing.py` collects what is put out, `plugin.py` lets every test
of the suite be heard and fails the one that leaks. A token is planted by being made: each Hub on
loopback names those it gives out.
"""
