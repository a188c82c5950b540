"""Reads what humans review: queue, policies, suite pins. Every fault names file and key."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar, cast

from openmed.adapters import bounded
from openmed.domain.candidate import Candidate
from openmed.domain.digest import Json
from openmed.domain.frozen import Frozen
from openmed.domain.policy import Policy, policy_from_table
from openmed.domain.slot import parse_slot
from openmed.domain.suite import Suite, SuitePin, open_suite
from openmed.domain.wire import from_plain
from openmed.errors import EvidenceError, PolicyError, UsageError

Row = TypeVar("Row", bound=Frozen)


class FileInputs:
    """Inputs from `gates/` of one release repository."""

    def __init__(self, root: Path) -> None:
        """Remember the repository; nothing is read yet."""
        self._root = root
        self._suites: dict[SuitePin, Suite] = {}

    def queue(self) -> tuple[Candidate, ...]:
        """Candidates, by slot."""
        what = "gates/candidates.toml"
        rows = self._rows(what, "candidate", Candidate)
        if not rows:
            msg = f"{what}: the queue is empty; wanted at least one [[candidate]]"
            raise UsageError(msg)
        slots = [row.slot for row in rows]
        twice = sorted({slot for slot in slots if slots.count(slot) > 1})
        if twice:
            msg = f"{what}: two rows for slot {twice[0]}; a slot has one candidate at a time"
            raise UsageError(msg)
        return tuple(sorted(rows, key=lambda row: row.slot))

    def policy(self, slot: str) -> Policy:
        """The slot's policy: its own file, else its family's, else the default."""
        parsed = parse_slot(slot)
        for name in (parsed.slug, parsed.family, "default"):
            path = self._root / "gates" / "policy" / f"{name}.toml"
            if path.is_file():
                table = self._table(f"gates/policy/{name}.toml", PolicyError)
                return policy_from_table(name, table)
        msg = f"there is no policy for {slot}: wanted gates/policy/default.toml"
        raise PolicyError(msg)

    def pins(self) -> tuple[SuitePin, ...]:
        """Suites as pinned, by name."""
        what = "gates/suites.toml"
        rows = self._rows(what, "suite", SuitePin)
        names = [row.name for row in rows]
        if len(set(names)) < len(names):
            msg = f"{what}: two rows for one suite name"
            raise UsageError(msg)
        return tuple(sorted(rows, key=lambda row: row.name))

    def suite(self, pin: SuitePin) -> Suite:
        """The suite's documents, read once per process."""
        if pin not in self._suites:
            data = tuple(self._bytes(pin.name, path) for path, _ in pin.files)
            self._suites[pin] = open_suite(pin, data)
        return self._suites[pin]

    def _bytes(self, name: str, path: str) -> bytes:
        try:
            return bounded.read_bytes(self._root / path, most=bounded.SUITE)
        except OSError as error:
            msg = f"suite {name}: cannot read {path}: {error.strerror}"
            raise EvidenceError(msg) from None

    def _rows(self, what: str, key: str, kind: type[Row]) -> tuple[Row, ...]:
        table = self._table(what, UsageError)
        strange = sorted(set(table) - {key})
        if strange:
            msg = f"{what}: unknown key {strange[0]!r}; wanted [[{key}]] tables only"
            raise UsageError(msg)
        rows = table.get(key, [])
        if not isinstance(rows, list):
            msg = f"{what}: {key} is not a list; write [[{key}]] with two brackets"
            raise UsageError(msg)
        try:
            return tuple(
                from_plain(kind, row, what=f"{what} {key} {number}")
                for number, row in enumerate(rows, start=1)
            )
        except EvidenceError as error:
            raise UsageError(error.message) from None

    def _table(self, what: str, fault: type[UsageError]) -> Mapping[str, Json]:
        path = self._root / what
        try:
            data = bounded.read_bytes(path, most=bounded.CONFIGURATION)
        except bounded.TooLargeError as error:
            msg = f"{what} {error.strerror}"
            raise fault(msg) from None
        except OSError as error:
            msg = f"cannot read {what} in the release repository: {error.strerror}"
            hint = "cd to the folder that holds gates/, or name it with --root"
            raise fault(msg, next_step=hint) from None
        try:
            return cast("Mapping[str, Json]", tomllib.loads(data.decode()))
        except UnicodeDecodeError:
            msg = f"{what} is not UTF-8"
            raise fault(msg) from None
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            msg = f"{what} is not valid TOML: {error}"
            raise fault(msg) from None
