"""Step `regenerate:notes`: write the release notes of the newest tags; only what differs.

The notes of a tag follow from its entry, the evidence it names, and the keys that are listed and
closed. A page that was made from the same and stands is kept; `files` keeps nothing, and makes
all of them from the evidence.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from openmed.domain.digest import sha256_hex
from openmed.domain.frozen import Frozen
from openmed.domain.ledger.entry import Entry
from openmed.domain.ledger.fleet import FleetState
from openmed.domain.pages.inputs import RenderedFile
from openmed.domain.pages.notes.notes_of_entry import NotesMaker
from openmed.domain.pages.notes.notes_page import KIND, MOST_SLOTS, noted, render_notes
from openmed.domain.release.page_record import PageRecord
from openmed.domain.release.product import Step, materials_digest
from openmed.ports.releasing import ReleaseStore, Verifiers
from openmed.ports.storage import Pages, Products

_NOTHING: Final = "-"
"""What a page was made from that is made again each time."""


@dataclass(frozen=True)
class RegenerateNotes(Step[PageRecord]):
    """Renders the release notes of the newest tags.

    Attributes:
        kind: what kind of page; also their folder.
        is_trusting: whether pages that were made from the same and stand may be kept.
    """

    releases: ReleaseStore
    verifiers: Verifiers
    products: Products
    pages: Pages
    pages_code: str
    is_trusting: bool = field(default=True, kw_only=True)
    kind: str = field(default=KIND, init=False)

    @property
    def slot(self) -> str:
        """The fleet."""
        return ""

    @property
    def name(self) -> str:
        """Name of the product."""
        return f"regenerate-{KIND}"

    @property
    def product_type(self) -> type[PageRecord]:
        """What the product is."""
        return PageRecord

    @property
    def task(self) -> str:
        """Task name."""
        return f"regenerate:{KIND}"

    def inputs_digest(self) -> str:
        """The ledger's head, listed keys, and the code of the pages."""
        last = self.releases.state().last
        return materials_digest(
            head=last.digest if last else "none", keys=self._listed(), pages=self.pages_code
        )

    def run(self) -> PageRecord:
        """Render what is new from verified evidence, write it, remove what has no page any more."""
        kept, fresh = self._parts()
        self.pages.write(
            tuple(file for _, file in fresh),
            owns=KIND,
            kept=frozenset(path for _, _, path in kept),
        )
        made = [(sha256_hex(file.content.encode()), key, file.path) for key, file in fresh]
        lines = (" ".join(row) for row in sorted([*kept, *made], key=lambda row: row[2]))
        return PageRecord(kind=KIND, listing="\n".join(lines), pages_code=self.pages_code)

    def files(self) -> tuple[tuple[str, bool], ...]:
        """Every file, and whether it is what the evidence gives; writes nothing."""
        state = self.releases.state()
        maker = self._maker(state)
        files = sorted(
            (file for entry in noted(state) for file in self._rendered(maker, entry)),
            key=lambda file: file.path,
        )
        return tuple((file.path, self._is_on_disk(file)) for file in files)

    def outdated(self) -> tuple[str, ...]:
        """Files that are missing or not what they would be now; writes nothing."""
        return tuple(path for path, is_whole in self.files() if not is_whole)

    def would_write(self) -> bool:
        """Whether `run` would change a file; trusts what `run` trusts."""
        made = self.products.read(self.slot, self.name, PageRecord)
        is_same = made is not None and made.materials == self.inputs_digest()
        if made is not None and is_same and self.is_current(made.value):
            return False
        return not all(self._is_on_disk(file) for _, file in self._parts()[1])

    def is_current(self, value: Frozen) -> bool:
        """Whether every page is on disk as it was written."""
        if not isinstance(value, PageRecord) or not self.is_trusting:
            return False
        on_disk = self.pages.noted_digests(tuple(value.digests), of=KIND)
        return on_disk == tuple(value.digests.values())

    def never_made(self) -> frozenset[str]:
        """Files that an engine without release notes did not make; none where one of them is."""
        paths = tuple(path for path, _ in self.files())
        return frozenset() if any(self.pages.digests(paths)) else frozenset(paths)

    def _parts(self) -> tuple[list[tuple[str, str, str]], list[tuple[str, RenderedFile]]]:
        """Files that stand, and files that are made anew with what each is made from."""
        state = self.releases.state()
        known = self._known()
        noticed = self.pages.noted_digests(tuple(known.digests), of=KIND)
        on_disk = dict(zip(known.digests, noticed, strict=True))
        keys, maker = dict(self._keys(state)), self._maker(state)
        kept: list[tuple[str, str, str]] = []
        fresh: list[tuple[str, RenderedFile]] = []
        for entry in noted(state):
            key = keys[entry.tag]
            paths = known.made_from.get(key, ())
            if paths and all(on_disk[path] == known.digests[path] for path in paths):
                kept += ((known.digests[path], key, path) for path in paths)
            else:
                notes = maker.of(entry, most=MOST_SLOTS)
                # What could not be read may be there the next time.
                made_from = key if notes.is_whole else _NOTHING
                files = render_notes(notes, self.pages.templates())
                fresh += ((made_from, file) for file in files)
        return kept, fresh

    def _rendered(self, maker: NotesMaker, entry: Entry) -> tuple[RenderedFile, ...]:
        return render_notes(maker.of(entry, most=MOST_SLOTS), self.pages.templates())

    def _maker(self, state: FleetState) -> NotesMaker:
        evidence = self.releases.evidence
        return NotesMaker(state, evidence=evidence, verify=self.verifiers.recorded(evidence))

    def _keys(self, state: FleetState) -> Iterator[tuple[str, str]]:
        """What the notes of each tag are made from."""
        closures = [f"{closure.keyid} {closure.tag}" for closure in state.closures]
        shared = (*closures, self.pages_code, self._listed())
        for entry in noted(state):
            yield entry.tag, sha256_hex("\n".join((entry.digest, *shared)).encode())

    def _listed(self) -> str:
        rows = [[one.verifier, one.keyid, *one.roles] for one in self.verifiers.listed()]
        return materials_digest(keys=rows)

    def _known(self) -> PageRecord:
        """What the last rendering left; nothing where it is not to be relied on."""
        made = self.products.read(self.slot, self.name, PageRecord) if self.is_trusting else None
        value = made.value if made else None
        return value if isinstance(value, PageRecord) else PageRecord(kind=KIND)

    def _is_on_disk(self, file: RenderedFile) -> bool:
        return self.pages.digests((file.path,)) == (sha256_hex(file.content.encode()),)
