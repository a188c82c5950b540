"""The graph of steps: its order, how one step runs, what a run reports."""
