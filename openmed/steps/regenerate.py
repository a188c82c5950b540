"""Step `regenerate`: write one kind of trust artifact from what is live; only what differs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from openmed.domain.digest import sha256_hex
from openmed.domain.frozen import Digest, Frozen
from openmed.domain.ledger.fleet import FleetState
from openmed.domain.pages.inputs import ReleaseRecord, RenderedFile, TrustInputs, verified_release
from openmed.domain.release.product import Step, materials_digest
from openmed.domain.suites.suite import SuitePin
from openmed.errors import UsageError
from openmed.ports.inputs import Inputs
from openmed.ports.releasing import ReleaseStore, Verifiers
from openmed.ports.storage import Pages

Renderer = Callable[[TrustInputs], tuple[RenderedFile, ...]]
SLOT = ""
"""Pages belong to the fleet."""


class PageFile(Frozen):
    """One written file."""

    path: str
    sha256: Digest


class PageRecord(Frozen):
    """Product of `regenerate`: what stands on disk for one kind of trust artifact.

    Attributes:
        kind: which kind.
        files: every file, by path.
        pages_code: digest of the code that rendered them; empty in records of earlier engines.
    """

    schema_: Literal["openmed.pages/1"] = Field(default="openmed.pages/1", alias="schema")
    kind: Annotated[str, Field(min_length=1)]
    files: tuple[PageFile, ...]
    pages_code: str = ""


class Verified:
    """What is live with the evidence it rests on, verified once for every kind of page."""

    def __init__(self, releases: ReleaseStore, verifiers: Verifiers) -> None:
        """Remember who knows; nothing is read yet."""
        self._releases = releases
        self._verifiers = verifiers
        self._seen: tuple[str, tuple[ReleaseRecord, ...]] | None = None

    def of(self, state: FleetState) -> tuple[ReleaseRecord, ...]:
        """Live releases, by slot.

        Raises:
            IntegrityError: evidence or signature of one does not fit it.
        """
        head = state.entries[-1].digest if state.entries else ""
        if self._seen is None or self._seen[0] != head:
            records = tuple(
                verified_release(
                    live,
                    state=state,
                    evidence=self._releases.evidence,
                    verify=self._verifiers.recorded(self._releases.evidence),
                )
                for live in state.live
            )
            self._seen = (head, records)
        return self._seen[1]


@dataclass(frozen=True)
class Regenerate(Step[PageRecord]):
    """Renders one kind of trust artifact.

    Attributes:
        kind: which kind.
        owns: folder that holds nothing else, so what is no longer rendered is removed there.
        render: its renderer.
    """

    kind: str
    owns: str
    render: Renderer
    inputs: Inputs
    releases: ReleaseStore
    verified: Verified
    pages: Pages
    pages_code: str

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
        """The ledger's head, where the suites come from, and the code of the pages.

        Not their digests: a page shows what its reports name, and what a generated suite is today
        must not change a page.
        """
        entries = self.releases.state().entries
        return materials_digest(
            head=entries[-1].digest if entries else "none",
            pins=[[pin.name, pin.source, pin.licence] for pin in self._pins()],
            pages=self.pages_code,
        )

    def run(self) -> PageRecord:
        """Verify the evidence of everything live, render, write."""
        files = self._rendered()
        self.pages.write(files, owns=self.owns)
        return PageRecord(
            kind=self.kind,
            files=tuple(
                PageFile(path=file.path, sha256=sha256_hex(file.content.encode())) for file in files
            ),
            pages_code=self.pages_code,
        )

    def files(self) -> tuple[tuple[str, bool], ...]:
        """Every file of this kind, and whether it is what it would be now; writes nothing."""
        files = self._rendered()
        on_disk = self.pages.digests(tuple(file.path for file in files))
        return tuple(
            (file.path, digest == sha256_hex(file.content.encode()))
            for file, digest in zip(files, on_disk, strict=True)
        )

    def as_recorded(self, record: PageRecord) -> frozenset[str]:
        """Files that are on disk as another engine's rendering recorded them; none by this one."""
        if record.pages_code == self.pages_code:
            return frozenset()
        on_disk = self.pages.digests(tuple(file.path for file in record.files))
        pairs = zip(record.files, on_disk, strict=True)
        return frozenset(file.path for file, digest in pairs if digest == file.sha256)

    def as_rendered(self, render: Renderer) -> frozenset[str]:
        """Files that are on disk as another renderer makes them of what is live."""
        files = render(self._trust_inputs())
        on_disk = self.pages.digests(tuple(file.path for file in files))
        pairs = zip(files, on_disk, strict=True)
        return frozenset(
            file.path for file, digest in pairs if digest == sha256_hex(file.content.encode())
        )

    def outdated(self) -> tuple[str, ...]:
        """Files that are missing or not what they would be now; writes nothing."""
        return tuple(path for path, is_whole in self.files() if not is_whole)

    def is_current(self, value: Frozen) -> bool:
        """Whether every page is on disk as it was written."""
        if not isinstance(value, PageRecord):
            return False
        on_disk = self.pages.digests(tuple(file.path for file in value.files))
        return on_disk == tuple(file.sha256 for file in value.files)

    def _pins(self) -> tuple[SuitePin, ...]:
        """Suites as pinned; none while the file is broken, which must not hold up a rollback."""
        try:
            return self.inputs.pins()
        except UsageError:
            return ()

    def _rendered(self) -> tuple[RenderedFile, ...]:
        return tuple(sorted(self.render(self._trust_inputs()), key=lambda file: file.path))

    def _trust_inputs(self) -> TrustInputs:
        state = self.releases.state()
        return TrustInputs(
            state=state,
            releases=self.verified.of(state),
            pins=self._pins(),
            templates=self.pages.templates(),
        )
