"""Gates by name: entry points of the group `openmed.gates`; ours register the same way.

A policy names gates by id, so an id means one rule only: two packages that use the same id are
refused, and so is one that uses the id of a gate of ours.
"""

from importlib.metadata import EntryPoint, entry_points
from typing import NamedTuple, cast

from openmed.adapters.code.code_digest import source_of
from openmed.adapters.code.entry_points import GATES as GROUP
from openmed.adapters.disk.hashing import file_digest
from openmed.domain.digest import digest_of
from openmed.domain.gates.gate import CONDEMNED_BEHAVIOUR, Gate
from openmed.domain.gates.rules import GATES
from openmed.domain.gates.verdict import judge
from openmed.domain.text.exception_names import exception_name
from openmed.errors import UsageError


class InstalledGates(NamedTuple):
    """Every gate a policy may name here.

    Attributes:
        gates: ours in the order pages list them, then plug-ins by id.
        code: digest of the source of plug-ins; verdicts are made again when it changes.
    """

    gates: tuple[Gate, ...]
    code: str


def installed_gates() -> InstalledGates:
    """Load the gates of every installed package.

    Raises:
        UsageError: an id means two rules, or a plug-in cannot be loaded or is not a gate.
    """
    entries = _plugins()
    gates = tuple(_load(entry) for entry in entries)
    code = digest_of([[entry.value, file_digest(source_of(entry.module))] for entry in entries])
    return InstalledGates(gates=(*GATES, *gates), code=code)


def _plugins() -> tuple[EntryPoint, ...]:
    """Entry points that are not ours, by id."""
    ours = {gate.id: f"{type(gate).__module__}:{type(gate).__qualname__}" for gate in GATES}
    ours[CONDEMNED_BEHAVIOUR] = f"{judge.__module__}:{judge.__qualname__}"
    found: dict[str, EntryPoint] = {}
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: (entry.name, entry.value)):
        if ours.get(entry.name) == entry.value:
            continue
        other = ours.get(entry.name) or (found[entry.name].value if entry.name in found else "")
        if other and other != entry.value:
            msg = f"the gate {entry.name} is registered twice: {other} and {entry.value}"
            raise UsageError(msg, next_step="uninstall one of them")
        found[entry.name] = entry
    return tuple(found.values())


def _load(entry: EntryPoint) -> Gate:
    package = entry.dist.name if entry.dist else "an unknown package"
    what = f"the gate {entry.name} of {package}"
    try:
        gate = cast("type[Gate]", entry.load())()
    except Exception as error:  # noqa: BLE001 - whatever a plug-in raises
        msg = f"{what} cannot be loaded: {exception_name(error)}"
        raise UsageError(msg, next_step=f"repair or uninstall {package}") from None
    wanted = ("check", "decide", "table")
    missing = [name for name in wanted if not hasattr(gate, name)]
    if missing or getattr(gate, "id", None) != entry.name:
        fault = f"it has no {missing[0]}" if missing else "its id is another one"
        msg = f"{what} is not a gate: {fault}"
        raise UsageError(msg, next_step=f"repair or uninstall {package}")
    return gate
