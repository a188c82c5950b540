"""Names that are near a mistyped one."""

from collections.abc import Iterable


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A question that names the nearest known name; empty when none is near."""
    # Only whoever mistyped pays for it: a hundredth of a second.
    from difflib import get_close_matches  # noqa: PLC0415 - see above

    near = get_close_matches(name, sorted(known), n=1)
    return f"did you mean `{near[0]}`?" if near else ""
