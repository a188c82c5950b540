"""Lines of records of two machines as one file: nothing is lost, and nothing conflicts."""

import json


def united(ours: bytes, theirs: bytes, *, moment: str) -> bytes:
    """Every line of either file once, by time; what is no JSON object (a torn line) is left out.

    The same for both machines, whoever was first: lines of one second are ordered by their bytes.
    A line of a later engine is kept as it is.

    Args:
        ours: lines of this machine.
        theirs: lines of the other one.
        moment: key of a line that says when it was.
    """
    lines = {line for data in (ours, theirs) for line in data.split(b"\n")}
    rows = sorted((at, line) for line in lines if (at := _moment(line, moment)) is not None)
    return b"".join(line + b"\n" for _, line in rows)


def _moment(line: bytes, key: str) -> str | None:
    """When a line was; empty where it does not say it, None where it is none."""
    try:
        found: object = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    moment: object = found.get(key)
    return moment if isinstance(moment, str) else ""
