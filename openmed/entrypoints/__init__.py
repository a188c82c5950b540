"""Where `dodo.py` of repositories made before the rooms moved finds the graph."""
