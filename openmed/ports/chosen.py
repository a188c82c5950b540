"""Where candidates compute, as whoever calls chose it; apart from what computes."""

from typing import NamedTuple


class Chosen(NamedTuple):
    """Where whoever calls wants candidates to compute.

    Attributes:
        processes: how many at a time; None = what the environment says, or one a processor.
        scheduler: address of the Dask scheduler whose workers run them; empty = this machine does.
    """

    processes: int | None = None
    scheduler: str = ""


ANY = Chosen()
"""Nobody chose."""
