"""Names that are near a mistyped one."""

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A question that names the nearest known name; empty when none is near."""
    near = get_close_matches(name, sorted(known), n=1)
    return f"did you mean `{near[0]}`?" if near else ""
