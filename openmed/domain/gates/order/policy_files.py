"""Which files of `gates/policy` are used: by a slot, by another policy, as the floor.

A file that nothing uses is a misspelt name: whoever wrote it believes that a slot is judged by it.
"""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from openmed.domain.gates.order.floor import NAME as FLOOR
from openmed.domain.near_names import did_you_mean
from openmed.domain.slot import parse_slot
from openmed.errors import PolicyError

DEFAULT: Final = "default"


class PolicyFile(NamedTuple):
    """One file.

    Attributes:
        file: its name with suffix.
        name: without.
        extends: the policy it says it extends; empty when it extends none.
    """

    file: str
    name: str
    extends: str


def policy_names(slot: str) -> tuple[str, ...]:
    """Names a slot's policy may have, the first that is there wins."""
    parsed = parse_slot(slot)
    return tuple(name for name in (parsed.slug, parsed.family, DEFAULT) if name != FLOOR)


def unused(files: Iterable[PolicyFile], slots: Iterable[str]) -> tuple[str, ...]:
    """One sentence for every file that nothing uses.

    Args:
        files: all there are.
        slots: every slot that is known: with a candidate, a release or a row in the catalogue.
    """
    there = tuple(files)
    known = {DEFAULT, FLOOR, *(name for slot in slots for name in policy_names(slot))}
    extended = {one.extends for one in there if one.name in known}
    return tuple(
        f"gates/policy/{one.file} is used by no slot; {_advice(one, known)}"
        for one in there
        if one.name not in known | extended or one.file != f"{one.name}.toml"
    )


def _advice(file: PolicyFile, known: set[str]) -> str:
    near = did_you_mean(f"{file.name}.toml", (f"{name}.toml" for name in known))
    return near or "rename it to FAMILY--TIER--FORMAT.toml or FAMILY.toml, or remove it"


def require_used(files: Mapping[str, str], slots: Iterable[str]) -> None:
    """Refuse a policy file that no slot uses.

    Args:
        files: what each file extends, by its name with suffix.
        slots: every slot that is known.

    Raises:
        PolicyError: names the file and what it may be meant for.
    """
    found = unused(_files(files), slots)
    if found:
        raise PolicyError(found[0])


def _files(files: Mapping[str, str]) -> Iterable[PolicyFile]:
    for file, extends in sorted(files.items()):
        yield PolicyFile(file, file.rpartition(".")[0], extends)
