"""What was made of files lately, while `stat` proves that they are what they were."""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Generic, TypeVar

from openmed.adapters.disk import file_stats

Value = TypeVar("Value")


class Settled(Generic[Value]):
    """Remembers values made of files; of one that was touched just now it remembers nothing."""

    def __init__(self, most: int) -> None:
        """Remember nothing yet.

        Args:
            most: values that are kept; the one that was asked for longest ago goes first.
        """
        self._most = most
        self._kept: OrderedDict[tuple[str, Hashable], tuple[list[int], Value]] = OrderedDict()

    def of(self, path: Path, make: Callable[[], Value], *, key: Hashable = "") -> Value:
        """What `make` made of a file, or makes of it now; what it raises is not remembered.

        Args:
            path: the file.
            make: reads it.
            key: tells apart what is made of one file in several ways.
        """
        now = time.time_ns()
        facts = file_stats.look((str(path),)).tolist()
        known = self._kept.pop((str(path), key), None)
        if known is None or known[0] != facts:
            known = (facts, make())
        if not file_stats.unsettled((str(path),), facts, since=now):
            self._kept[str(path), key] = known
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return known[1]
