"""Reads what humans review: queue, policies, suite pins. Every fault names file and key."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from threading import RLock
from types import MappingProxyType
from typing import TypeVar, cast

from openmed.adapters.disk import limited_read
from openmed.adapters.inputs.toml_tables import NO_TABLE, TomlTable, TomlTables
from openmed.adapters.shown.kept_tables import KeptTables
from openmed.adapters.sources.installed_sources import require_source
from openmed.adapters.suites.generated_suites import GeneratedSuites
from openmed.adapters.suites.installed_layouts import layout_named, require_layout
from openmed.adapters.suites.suite_files import read_files
from openmed.adapters.suites.tables import read_rows
from openmed.domain.candidates.candidate import OWN_SCHEMES, Candidate
from openmed.domain.candidates.catalogue import FILE_NAME as CATALOGUE
from openmed.domain.candidates.catalogue import Catalogue, Listed, read_manifest
from openmed.domain.digest import sha256_hex
from openmed.domain.frozen import Frozen
from openmed.domain.gates.order.floor import NAME as FLOOR
from openmed.domain.gates.order.floor import Floor, floor_from_table
from openmed.domain.gates.order.policy_files import policy_names
from openmed.domain.gates.policy import EXTENDS, POLICY_NAME, Policy, extended, policy_from_table
from openmed.domain.suites.generated import GeneratedSuite
from openmed.domain.suites.lint.unknown_defects import unknown_defects, unknown_rule
from openmed.domain.suites.suite import PREVIOUS, Suite, SuitePin, documents_of, open_suite
from openmed.domain.text.span import Document
from openmed.domain.wire import from_plain
from openmed.errors import EvidenceError, OpenMedError, PolicyError, UsageError

Row = TypeVar("Row", bound=Frozen)

NOTHING: Mapping[str, str] = MappingProxyType({})
SUITES = "gates/suites.toml"
GENERATED_ROWS = "generated"
_TOML = re.compile(r"(?!\.).*\.to?ml", re.IGNORECASE)
"""Files that are policies, or were to be."""


class FileInputs:
    """Inputs from `gates/` of one release repository."""

    def __init__(
        self,
        root: Path,
        *,
        environ: Mapping[str, str] = NOTHING,
        generated: GeneratedSuites | None = None,
        kept: KeptTables | None = None,
    ) -> None:
        """Remember the repository, and where data outside it may be; nothing is read yet.

        Args:
            root: the release repository.
            environ: names folders of data.
            generated: writes generated suites; None = they cannot be read here.
            kept: what large files said when they were parsed last, for who only shows them.
        """
        self._root = root
        self._environ = environ
        self._generated = generated
        self._suites: dict[SuitePin, Suite] = {}
        self._defects: dict[SuitePin, str] = {}
        self._tables = TomlTables(root, kept=kept)
        self._kept_rows: dict[tuple[str, str], tuple[bytes, tuple[Frozen, ...]]] = {}
        self._policies: dict[str, tuple[tuple[bytes, bytes], Policy]] = {}
        self._lock = RLock()

    def queue(self) -> tuple[Candidate, ...]:
        """Candidates, by slot."""
        what = "gates/candidates.toml"
        rows = self._rows(what, "candidate", Candidate)
        if not rows:
            msg = f"{what}: the queue is empty; add a [[candidate]]"
            raise UsageError(msg)
        twice = _twice(row.slot for row in rows)
        if twice:
            msg = f"{what}: two rows for slot {twice[0]}; a slot has one candidate at a time"
            raise UsageError(msg)
        shared = _twice(row.repo_id for row in rows)
        if shared:
            msg = f"{what}: two rows for {shared[0]}; one repository is served by one slot"
            raise UsageError(msg)
        looked: set[str] = set()
        for row in rows:
            if row.scheme not in looked:
                require_source(row, what=f"{what}: {row.slot}")
            if row.scheme in OWN_SCHEMES:  # It has no fault of its own to find in a row.
                looked.add(row.scheme)
        return tuple(sorted(rows, key=lambda row: row.slot))

    def policy(self, slot: str) -> Policy:
        """The slot's policy: its own file, else its family's, else the default."""
        for name in policy_names(slot):
            if (self._root / _policy_path(name)).is_file():
                return self.policy_named(name)
        msg = f"no policy for {slot}: add {_policy_path('default')}"
        raise PolicyError(msg)

    def policy_named(self, name: str) -> Policy:
        """The policy in one file.

        Raises:
            PolicyError: missing or malformed, or not a name of a policy.
        """
        if not re.fullmatch(POLICY_NAME, name):
            msg = f"{name!r} is not the name of a policy; gates/policy/NAME.toml"
            raise PolicyError(msg)
        what = _policy_path(name)
        own = self._tables.read(what, PolicyError)
        base = self._extended(name, own, what=what)
        made_of, policy = self._policies.get(name, (None, None))
        if policy is None or made_of != (own.data, base.data):
            is_alone = base is NO_TABLE
            table = own.content if is_alone else extended(name, own.content, base.content)
            policy = policy_from_table(name, table)
            self._policies[name] = ((own.data, base.data), policy)
        return policy

    def floor(self) -> Floor | None:
        """What every green policy must demand; None when there is no file. Read once."""
        return self._floor

    @cached_property
    def _floor(self) -> Floor | None:
        what = _policy_path(FLOOR)
        is_there = (self._root / what).exists()
        return floor_from_table(self._tables.read(what, PolicyError).content) if is_there else None

    def policy_files(self) -> Mapping[str, str]:
        """What each policy file extends, by its name with suffix."""
        folder = (self._root / _policy_path("any")).parent
        names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
        return {name: self._extends(name) for name in names if _TOML.fullmatch(name)}

    def catalogue(self) -> Catalogue | str:
        """Every row of the catalogue, or one sentence why the file cannot be read; read once."""
        return self._catalogue

    def _extends(self, file: str) -> str:
        base = self._tables.read(f"gates/policy/{file}", PolicyError).content.get(EXTENDS)
        return base if isinstance(base, str) else ""

    def _extended(self, name: str, own: TomlTable, *, what: str) -> TomlTable:
        base = own.content.get(EXTENDS)
        if base is None:
            return NO_TABLE
        if not isinstance(base, str) or not re.fullmatch(POLICY_NAME, base) or base == name:
            msg = f"{what}: extends must name another policy, e.g. default"
            raise PolicyError(msg)
        return self._tables.read(_policy_path(base), PolicyError)

    def pins(self) -> tuple[SuitePin, ...]:
        """Suites as pinned, by name; a generated one as it is in this epoch."""
        rows = self._rows(SUITES, "suite", SuitePin, beside=GENERATED_ROWS)
        made = self.generated_rows
        names = [*(row.name for row in rows), *(row.name for row in made)]
        if len(set(names)) < len(names):
            msg = f"{SUITES}: two rows for one suite name"
            raise UsageError(msg)
        for row in rows:
            if row.name.startswith(PREVIOUS):
                msg = f"{SUITES}: {row.name}: write it as [suite.previous] of its suite"
                raise UsageError(msg)
            for edition in row.editions:
                require_layout(edition.layout, what=f"{SUITES}: {edition.name}")
                fault = unknown_rule(edition)
                if fault:
                    raise UsageError(f"{SUITES}: {edition.name}: {fault}")
        writer = self._generated
        pins = () if writer is None else tuple(writer.pin(row) for row in made)
        return tuple(sorted((*rows, *pins), key=lambda row: row.name))

    @cached_property
    def generated_rows(self) -> tuple[GeneratedSuite, ...]:
        """Suites that are made from a secret, of which each epoch has its own."""
        return self._rows(SUITES, GENERATED_ROWS, GeneratedSuite, beside="suite")

    def registry_settings(self) -> str:
        """Digest of gates/registries.toml; of nothing when there is none."""
        try:
            data = limited_read.read_bytes(
                self._root / "gates" / "registries.toml", most=limited_read.CONFIGURATION
            )
        except FileNotFoundError:
            data = b""
        return sha256_hex(data)

    def listed(self, repo_id: str) -> Listed:
        """What the catalogue says of a repository; the file is read once."""
        found = self._catalogue
        if isinstance(found, str):
            return Listed(row=None, fault=found)
        return self._listings.get(repo_id) or found.unlisted(repo_id)

    @cached_property
    def _listings(self) -> Mapping[str, Listed]:
        found = self._catalogue
        return {} if isinstance(found, str) else found.listings

    @cached_property
    def _catalogue(self) -> Catalogue | str:
        path = self._root / CATALOGUE
        try:
            data = limited_read.read_bytes(path, most=limited_read.CATALOGUE)
        except limited_read.TooLargeError as error:
            return f"{CATALOGUE} {error.strerror}"
        except OSError as error:
            return f"cannot read {CATALOGUE} in the release repository: {error.strerror}"
        return read_manifest(data, what=CATALOGUE)

    def suite(self, pin: SuitePin) -> Suite:
        """The suite's documents, read once per process, by whichever thread is first."""
        with self._lock:
            if pin not in self._suites:
                self._suites[pin] = open_suite(
                    pin, self.suite_files(pin), layout=layout_named(pin.layout), tables=read_rows
                )
            return self._suites[pin]

    def suite_defects(self, pin: SuitePin) -> str:
        """Defects that lint finds and the pin does not name; looked for once per process."""
        with self._lock:
            if pin not in self._defects:
                self._defects[pin] = unknown_defects(self.suite(pin))
            return self._defects[pin]

    def suite_documents(self, pin: SuitePin, data: tuple[bytes, ...]) -> tuple[Document, ...]:
        """Every document of some files in a pin's layout; digests and subset are not looked at.

        Raises:
            EvidenceError: the data is malformed.
        """
        return documents_of(pin, data, layout=layout_named(pin.layout), tables=read_rows)

    def suite_files(self, pin: SuitePin) -> tuple[bytes, ...]:
        """Bytes of a suite's files as they are, in the pin's order.

        Raises:
            EvidenceError: a file is missing, cannot be read, or is too large; a generated suite
                cannot be made here.
        """
        if not pin.is_generated:
            return read_files(self._root, pin, environ=self._environ)
        row = next((row for row in self.generated_rows if row.name == pin.name), None)
        if row is None or self._generated is None:
            msg = f"suite {pin.name} has no [[{GENERATED_ROWS}]] row in {SUITES}"
            raise EvidenceError(msg)
        try:
            return (self._generated.content(row),)
        except OpenMedError as error:
            msg = f"suite {pin.name} cannot be made: {error.message}"
            raise EvidenceError(msg, next_step=error.next_step) from None

    def _rows(
        self, what: str, key: str, kind: type[Row], *, beside: str | None = None
    ) -> tuple[Row, ...]:
        data, table = self._tables.read(what, UsageError)
        made_of, kept = self._kept_rows.get((what, key), (b"", ()))
        if kept and made_of == data:
            return cast("tuple[Row, ...]", kept)
        known = (key,) if beside is None else (key, beside)
        strange = sorted(set(table) - set(known))
        if strange:
            allowed = " and ".join(f"[[{name}]]" for name in sorted(known, reverse=True))
            msg = f"{what}: unknown key `{strange[0]}`; only {allowed} tables are allowed"
            raise UsageError(msg)
        rows = table.get(key, [])
        if not isinstance(rows, list):
            msg = f"{what}: {key} is not a list; write [[{key}]] with two brackets"
            raise UsageError(msg)
        try:
            made = tuple(
                from_plain(kind, row, what=f"{what} {key} {number}")
                for number, row in enumerate(rows, start=1)
            )
        except EvidenceError as error:
            raise UsageError(error.message) from None
        self._kept_rows[what, key] = (data, made)
        return made


def _twice(names: Iterable[str]) -> list[str]:
    """Names given more than once, sorted."""
    return sorted(name for name, count in Counter(names).items() if count > 1)


def _policy_path(name: str) -> str:
    return f"gates/policy/{name}.toml"
