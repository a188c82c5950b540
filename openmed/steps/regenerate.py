"""Step `regenerate`: write one kind of trust artifact from what is live; only what differs.

A page of one slot is rendered again when what it is made from changed: its entry in the ledger,
what the ledger says of it since, the keys that are listed, the code. Pages of the fleet are made
of rows, one a slot, which are kept under the same rule. What is kept is a cache: without it, or
with a damaged one, everything is made from the evidence, with the same bytes. `files` never
looks at it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from openmed.domain.digest import sha256_hex
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.frozen import Frozen
from openmed.domain.ledger.fleet import FleetState, LiveRelease
from openmed.domain.pages.fleet_row import FleetInputs, FleetRow, fleet_row, kept_row, slot_keys
from openmed.domain.pages.inputs import (
    ReleaseRecord,
    RenderedFile,
    ShownRelease,
    SlotInputs,
    Template,
    TrustInputs,
    named_reports,
    shown_release,
    verified_release,
)
from openmed.domain.pages.renderers import FleetPages, SlotPages
from openmed.domain.records.run_history import runs_material
from openmed.domain.records.run_record import RunRecord
from openmed.domain.release.page_record import PageRecord
from openmed.domain.release.product import Step, materials_digest
from openmed.domain.suites.suite import SuitePin
from openmed.errors import UsageError
from openmed.ports.inputs import Inputs
from openmed.ports.releasing import HeadStatements, ReleaseStore, Verifiers
from openmed.ports.storage import PageRows, Pages, Products

Renderer = Callable[[TrustInputs], tuple[RenderedFile, ...]]
SLOT = ""
"""Pages belong to the fleet."""


class _Written(NamedTuple):
    """One file that stands, and what it was made from."""

    sha256: str
    key: str
    path: str


class LiveReleases:
    """What is live with the evidence it rests on; each is verified once, when it is needed."""

    def __init__(
        self,
        releases: ReleaseStore,
        verifiers: Verifiers,
        cache: PageRows,
        *,
        pages: Pages,
        code: str,
    ) -> None:
        """Remember who knows; nothing is read yet."""
        self._pages = pages
        self._releases = releases
        self._verifiers = verifiers
        self._cache = cache
        self._code = code
        self._verify = verifiers.recorded(releases.evidence)
        self._head: str | None = None
        self._records: tuple[ReleaseRecord, ...] | None = None
        self._listed = ""
        self._shown: dict[str, ShownRelease] = {}
        self._rows: tuple[FleetRow, ...] | None = None
        self._keys: Mapping[str, str] | None = None

    def records(self, state: FleetState) -> tuple[ReleaseRecord, ...]:
        """Live releases with all their evidence, by slot.

        Raises:
            IntegrityError: evidence or signature of one does not fit it.
        """
        self._begin(state)
        if self._records is None:
            self._records = tuple(
                verified_release(
                    live,
                    state=state,
                    evidence=self._releases.evidence,
                    verify=self._verify,
                )
                for live in state.live
            )
        return self._records

    def reports(self, live: LiveRelease) -> tuple[BenchmarkReport, ...]:
        """The suites' reports of one release; they are large, so they are not kept."""
        evidence = self._releases.evidence
        what = f"release {live.tag} of {live.release.slot}"
        return named_reports(live.release.reports, evidence=evidence, what=what)

    def shown(self, state: FleetState, live: LiveRelease) -> ShownRelease:
        """One live release as pages show it."""
        self._begin(state)
        slot = live.release.slot
        if slot not in self._shown:
            self._shown[slot] = shown_release(
                live,
                state=state,
                evidence=self._releases.evidence,
                verify=self._verify,
            )
        return self._shown[slot]

    def rows(self, state: FleetState) -> tuple[FleetRow, ...]:
        """Rows of everything live, by slot."""
        self._begin(state)
        if self._rows is None:
            keys, kept = self.keys(state), self._cache.rows()
            texts: dict[str, tuple[str, str]] = {}
            rows: list[FleetRow] = []
            for live in state.live:
                slot = live.release.slot
                key, text = kept.get(slot, ("", ""))
                row = kept_row(text) if key == keys[slot] else None
                if row is None:
                    row = fleet_row(self.shown(state, live), templates=self.templates)
                    text = row.model_dump_json()
                rows.append(row)
                texts[slot] = (keys[slot], text)
            if texts != kept:
                self._cache.keep_rows(texts)
            self._rows = tuple(rows)
        return self._rows

    @cached_property
    def templates(self) -> tuple[Template, ...]:
        """Every template; they do not change while a process runs."""
        return self._pages.templates()

    def keys(self, state: FleetState) -> Mapping[str, str]:
        """What the pages of each slot are made from, besides where suites come from."""
        self._begin(state)
        if self._keys is None:
            self._keys = slot_keys(state, shared=(self._code, self.listed(state)))
        return self._keys

    def listed(self, state: FleetState) -> str:
        """Digest of the keys that are listed: pages name who signed."""
        self._begin(state)
        if not self._listed:
            rows = [[one.verifier, one.keyid, *one.roles] for one in self._verifiers.listed()]
            self._listed = materials_digest(keys=rows)
        return self._listed

    def forget(self) -> None:
        """Make everything from the evidence again."""
        self._head = None
        self._cache.forget()

    def _begin(self, state: FleetState) -> None:
        head = state.entries[-1].digest if state.entries else ""
        if self._head != head:
            self._head = head
            self._verify = self._verifiers.recorded(self._releases.evidence)
            self._records = self._rows = self._keys = None
            self._shown, self._listed = {}, ""


@dataclass(frozen=True)
class Regenerate(Step[PageRecord]):
    """Renders one kind of trust artifact.

    Attributes:
        kind: which kind.
        owns: folder that holds nothing else, so what is no longer rendered is removed there.
        render: makes all of it from all evidence.
        parts: makes it piece by piece.
        is_trusting: whether pages that were made from the same and stand may be kept.
        heads: signs how far the ledger is, once what is derived of it is written; None = another
            kind does.
        runs: gives the records of runs, for pages that show them.
    """

    kind: str
    owns: str
    render: Renderer
    parts: SlotPages | FleetPages
    inputs: Inputs
    products: Products
    releases: ReleaseStore
    live: LiveReleases
    pages: Pages
    pages_code: str
    is_trusting: bool = field(default=True, kw_only=True)
    heads: HeadStatements | None = field(default=None, kw_only=True)
    runs: Callable[[], tuple[RunRecord, ...]] = field(default=tuple, kw_only=True)

    @property
    def slot(self) -> str:
        """The fleet."""
        return SLOT

    @property
    def name(self) -> str:
        """Name of the product."""
        return f"regenerate-{self.kind}"

    @property
    def product_type(self) -> type[PageRecord]:
        """What the product is."""
        return PageRecord

    @property
    def task(self) -> str:
        """Task name."""
        return f"regenerate:{self.kind}"

    def inputs_digest(self) -> str:
        """The ledger's head, listed keys, where the suites come from, and the code of the pages.

        Not the suites' digests: a page shows what its reports name, and what a generated suite is
        today must not change a page.
        """
        state = self.releases.state()
        return materials_digest(
            head=state.entries[-1].digest if state.entries else "none",
            keys=self.live.listed(state),
            pins=_pins_table(self._pins()),
            pages=self.pages_code,
            **runs_material(self.runs()),
        )

    def run(self) -> PageRecord:
        """Render what changed from verified evidence, write it, remove what is no longer made."""
        written = self._slots() if isinstance(self.parts, SlotPages) else self._fleet(self.parts)
        if self.heads is not None and self.heads.is_due(self.releases.state()):
            self.heads.sign(self.releases.state())
        lines = (" ".join(row) for row in sorted(written, key=lambda row: row.path))
        return PageRecord(kind=self.kind, listing="\n".join(lines), pages_code=self.pages_code)

    def files(self) -> tuple[tuple[str, bool], ...]:
        """Every file of this kind, and whether it is what all evidence gives; writes nothing."""
        return self._compared(self._rendered())

    def would_write(self) -> bool:
        """Whether `run` would change a file of this kind; trusts what `run` trusts."""
        made = self.products.read(self.slot, self.name, PageRecord)
        is_same = made is not None and made.materials == self.inputs_digest()
        if made is not None and is_same and self.is_current(made.value):
            return False
        if isinstance(self.parts, SlotPages):
            files = tuple(file for _, file in self._slot_parts()[1])
        else:
            files = self._fleet_files(self.parts)
        return not all(is_whole for file in files for _, is_whole in self._compared((file,)))

    def _compared(self, files: tuple[RenderedFile, ...]) -> tuple[tuple[str, bool], ...]:
        """Each file's path, and whether it is on disk."""
        on_disk = self.pages.digests(tuple(file.path for file in files))
        return tuple(
            (file.path, digest == sha256_hex(file.content.encode()))
            for file, digest in zip(files, on_disk, strict=True)
        )

    def as_rendered(self, render: Renderer) -> frozenset[str]:
        """Files that are on disk as another renderer makes them of what is live."""
        compared = self._compared(render(self._trust_inputs()))
        return frozenset(path for path, is_whole in compared if is_whole)

    def outdated(self) -> tuple[str, ...]:
        """Files that are missing or not what they would be now; writes nothing."""
        return tuple(path for path, is_whole in self.files() if not is_whole)

    def is_current(self, value: Frozen) -> bool:
        """Whether every page is on disk as it was written."""
        if not isinstance(value, PageRecord) or not self.is_trusting:
            return False
        if self.heads is not None and self.heads.is_due(self.releases.state()):
            return False
        on_disk = self.pages.noted_digests(tuple(value.digests), of=self.kind)
        return on_disk == tuple(value.digests.values())

    def _pins(self) -> tuple[SuitePin, ...]:
        """Suites as pinned; none while the file is broken, which must not hold up a rollback."""
        try:
            return self.inputs.pins()
        except UsageError:
            return ()

    def _slots(self) -> list[_Written]:
        """Files of every slot; those that were made from the same and stand are kept."""
        kept, fresh = self._slot_parts()
        self.pages.write(
            tuple(file for _, file in fresh),
            owns=self.owns,
            kept=frozenset(row.path for row in kept),
        )
        return [*kept, *(_written(file, key) for key, file in fresh)]

    def _slot_parts(self) -> tuple[list[_Written], list[tuple[str, RenderedFile]]]:
        """Files that stand, and files that are made anew with what each is made from."""
        state = self.releases.state()
        pins = self._pins() if self._has_reports else ()
        shared = materials_digest(pins=_pins_table(pins))
        known = self._known()
        on_disk = dict(
            zip(
                known.digests,
                self.pages.noted_digests(tuple(known.digests), of=self.kind),
                strict=True,
            )
        )
        kept: list[_Written] = []
        fresh: list[tuple[str, RenderedFile]] = []
        for live in state.live:
            key = sha256_hex(f"{self.live.keys(state)[live.release.slot]}\n{shared}".encode())
            paths = known.made_from.get(key, ())
            if paths and all(on_disk[path] == known.digests[path] for path in paths):
                kept += (_Written(known.digests[path], key, path) for path in paths)
            else:
                fresh += ((key, file) for file in self._slot_files(state, live, pins))
        return kept, fresh

    def _slot_files(
        self,
        state: FleetState,
        live: LiveRelease,
        pins: tuple[SuitePin, ...],
    ) -> tuple[RenderedFile, ...]:
        if not isinstance(self.parts, SlotPages):
            return ()
        return self.parts.render(
            SlotInputs(
                release=self.live.shown(state, live),
                reports=self.live.reports(live) if self._has_reports else (),
                pins=pins,
                templates=self.live.templates,
            )
        )

    def _fleet(self, parts: FleetPages) -> list[_Written]:
        files = self._fleet_files(parts)
        self.pages.write(files, owns=self.owns)
        return [_written(file, "-") for file in files]

    def _fleet_files(self, parts: FleetPages) -> tuple[RenderedFile, ...]:
        state = self.releases.state()
        rows = self.live.rows(state)
        return parts.render(
            FleetInputs(state=state, rows=rows, templates=self.live.templates, runs=self.runs())
        )

    @property
    def _has_reports(self) -> bool:
        return isinstance(self.parts, SlotPages) and self.parts.has_reports

    def _known(self) -> PageRecord:
        """What the last rendering left; nothing where it is not to be relied on."""
        made = self.products.read(self.slot, self.name, PageRecord) if self.is_trusting else None
        value = made.value if made else None
        return value if isinstance(value, PageRecord) else PageRecord(kind=self.kind)

    def _rendered(self) -> tuple[RenderedFile, ...]:
        return tuple(sorted(self.render(self._trust_inputs()), key=lambda file: file.path))

    def _trust_inputs(self) -> TrustInputs:
        state = self.releases.state()
        return TrustInputs(
            state=state,
            releases=self.live.records(state),
            pins=self._pins(),
            templates=self.live.templates,
            runs=self.runs(),
        )


def _written(file: RenderedFile, key: str) -> _Written:
    return _Written(sha256_hex(file.content.encode()), key, file.path)


def _pins_table(pins: tuple[SuitePin, ...]) -> list[list[str]]:
    return [[pin.name, pin.source, pin.licence] for pin in pins]
