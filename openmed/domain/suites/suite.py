"""A suite: documents with gold spans, pinned by a digest over their content.

The digest is over the sorted canonical document lines, so the order and the layout of the
file do not matter, and any change to a text or a gold span does.
"""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from openmed.domain.digest import canonical_json, digest_of, sha256_hex
from openmed.domain.frozen import Digest, Frozen, Label, Line
from openmed.domain.suites.jsonl_table import TableReader, jsonl_rows
from openmed.domain.suites.layouts.layout import Ends, SuiteFile, SuiteFiles, SuiteLayout
from openmed.domain.text.span import Document
from openmed.domain.wire import dump
from openmed.errors import EvidenceError, IntegrityError

SuiteName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]

LayoutName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]

OWN_LAYOUTS = frozenset({"jsonl", "shield", "openmed-golden"})
"""Layouts the engine brings; packages bring others (`openmed.suite_layouts`)."""

GENERATED = "generated/"
"""Begins the path of a suite that is written in memory: no file has it, and no text is shown."""

FORGET_DIGESTS = "rm artifacts/generated-suites.json"
"""What to do when a generated suite has not the digest that was kept of it."""

RESERVED = ("staged", "verdict", "performance")
"""Names of other products in the same folder; `baseline-…` and `parent-…` too."""

_LARGEST = 2**53 - 1
"""Integers beyond it have no canonical form."""

PREVIOUS = "previous-"
"""How the name of a suite's edition before this one begins."""


DataPath = Annotated[str, Field(pattern=r"^[\w][\w.-]*(/[\w][\w.-]*)*$")]


LocalFolder = Annotated[str, Field(pattern=r"^(\$[A-Z][A-Z0-9_]{0,63}|/[^\x00-\x1f]{1,400})$")]
HubReference = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,95}/[A-Za-z0-9][A-Za-z0-9_.-]{0,95}@[0-9a-f]{40}$"
    ),
]


class Minimum(Frozen):
    """How much gold a suite must hold of some labels; lint looks.

    Attributes:
        labels: canonical labels.
        spans: fewest gold spans of each.
        families: fewest template families these come from.
    """

    labels: Annotated[tuple[Label, ...], Field(min_length=1)]
    spans: Annotated[int, Field(ge=1)]
    families: Annotated[int, Field(ge=1)] = 1


class KnownDefect(Frozen):
    """A defect that lint finds in a suite, and that does not keep it from judging.

    Attributes:
        rule: rule of lint.
        at_most: findings of it; one more is a defect nobody knows.
        reason: why it may stay.
    """

    rule: Annotated[str, Field(pattern=r"^[a-z][a-z-]{0,39}$")]
    at_most: Annotated[int, Field(ge=1)]
    reason: Annotated[Line, Field(min_length=1, max_length=400)]


class FilePin(Frozen):
    """One more file of a suite.

    Attributes:
        path: as the pin's own.
        sha256: digest of its bytes.
    """

    path: DataPath
    sha256: Digest


class SuitePin(Frozen):
    """One row of `gates/suites.toml`: which data a suite name means.

    Attributes:
        name: suite name, as policies use it.
        title: name for people.
        edition: which edition of the suite, e.g. `synthetic v0`.
        revision: revision of the data.
        layout: one document a line (`jsonl`), SHIELD's two tables (`shield`), the public
            project's fixtures (`openmed-golden`), or a layout of an installed package.
        local: folder outside the release repository that `path` is relative to: absolute, or `$`
            and the name of an environment variable that holds it.
        hub: data set of the Hub that `path` is relative to: `ORG/NAME@REVISION`, 40 hex digits.
        path: the file, relative to the release repository, `local` or `hub`; for `shield` the
            table of notes. Tables are `.jsonl`, `.csv` or `.parquet`.
        spans_path: the table of spans, for `shield` only.
        more: further files, for `openmed-golden` and layouts of installed packages.
        ends: whether an end offset of `shield` is one past the span or its last character.
        subset: every document, or only those marked as smoke.
        sha256: digest of the file's bytes.
        spans_sha256: digest of the table of spans.
        digest: digest of the suite's content, after `subset`.
        licence: SPDX expression of the data.
        source: where it comes from, one sentence.
        access: how to get data that is not in the repository, one sentence.
        synthetic: whether every text is invented; only then may one be shown.
        minima: how much gold lint asks for.
        defects: what lint finds and a person knows of.
        previous: the edition before this one, called `previous-` and the suite's name. A slot whose
            live release was measured on it is measured on both once.
        previous_missing: why there is no such edition to measure on; empty = there is, or none is
            needed.
    """

    name: SuiteName
    title: Annotated[Line, Field(min_length=1, max_length=120)]
    edition: Annotated[str, Field(min_length=1, max_length=80)]
    revision: Annotated[str, Field(min_length=1, max_length=80)]
    layout: LayoutName = "jsonl"
    local: LocalFolder | None = None
    hub: HubReference | None = None
    path: DataPath
    spans_path: DataPath | None = None
    more: tuple[FilePin, ...] = ()
    ends: Ends | None = None
    subset: Literal["all", "smoke"]
    sha256: Digest
    spans_sha256: Digest | None = None
    digest: Digest
    licence: Annotated[str, Field(min_length=1, max_length=120)]
    source: Annotated[str, Field(min_length=1, max_length=400)]
    access: Annotated[str, Field(max_length=400)] = ""
    synthetic: bool = False
    minima: tuple[Minimum, ...] = ()
    defects: tuple[KnownDefect, ...] = ()
    previous: "SuitePin | None" = None
    previous_missing: Annotated[Line, Field(max_length=400)] = ""

    @model_validator(mode="after")
    def _has_a_past(self) -> Self:
        before = self.previous
        if before is None:
            return self
        if before.name != f"{PREVIOUS}{self.name}" or before.previous or self.previous_missing:
            msg = (
                f"previous is called {PREVIOUS}{self.name}, has no previous of its own, and "
                "previous_missing is not beside it"
            )
            raise ValueError(msg)
        if before.digest == self.digest:
            msg = "previous has the same documents"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.name in RESERVED or self.name.startswith(("baseline-", "parent-")):
            msg = f"a suite may not be called {self.name}"
            raise ValueError(msg)
        has_tables = self.spans_path is not None and self.spans_sha256 is not None
        has_any = self.spans_path is not None or self.spans_sha256 is not None
        is_shield = self.layout == "shield"
        if is_shield != has_tables or has_any != has_tables:
            msg = "spans_path and spans_sha256 belong to layout shield, which needs both"
            raise ValueError(msg)
        if (self.ends is not None and not is_shield) or (
            self.more and self.layout in {"jsonl", "shield"}
        ):
            msg = "ends belongs to layout shield, more to layout openmed-golden"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _is_reachable(self) -> Self:
        if self.local is not None and self.hub is not None:
            msg = "a suite is either local or of the hub"
            raise ValueError(msg)
        if (self.local is not None or self.hub is not None) and not self.access:
            msg = "data that is not in the repository needs access: how to get it"
            raise ValueError(msg)
        return self

    @property
    def editions(self) -> "tuple[SuitePin, ...]":
        """This one, and the one before it if there is one."""
        return (self,) if self.previous is None else (self, self.previous)

    @property
    def is_generated(self) -> bool:
        """Whether its documents are made when they are needed, and kept nowhere."""
        return self.path.startswith(GENERATED)

    @property
    def files(self) -> tuple[tuple[str, str], ...]:
        """Every file with its pinned digest."""
        more = tuple((file.path, file.sha256) for file in self.more)
        if self.spans_path is not None and self.spans_sha256 is not None:
            more = ((self.spans_path, self.spans_sha256),)
        return ((self.path, self.sha256), *more)


class Suite(Frozen):
    """Documents, and the pin they were checked against."""

    pin: SuitePin
    documents: Annotated[tuple[Document, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _has_unique_documents(self) -> Self:
        ids = [document.id for document in self.documents]
        if len(set(ids)) < len(ids):
            msg = "two documents share an id"
            raise ValueError(msg)
        return self


def suite_digest(documents: tuple[Document, ...]) -> str:
    """Digest over the documents' content, whatever their order."""
    return digest_of(sorted(sha256_hex(canonical_document(document)) for document in documents))


def canonical_document(document: Document) -> bytes:
    """As `wire.dump` writes it, several times as fast; a law compares the two.

    Names are ASCII by their patterns, so that only text and offsets need care.

    Raises:
        ValueError: an offset is beyond 2^53, or half a surrogate pair is no text.
    """
    if any(span.end > _LARGEST or span.start > _LARGEST for span in document.spans):
        return dump(document)
    spans = ",".join(
        f'{{"end":{span.end},"label":"{span.label}","start":{span.start}}}'
        for span in document.spans
    )
    smoke = "true" if document.smoke else "false"
    return (
        f'{{"family":"{document.family}","id":"{document.id}","language":"{document.language}",'
        f'"slice":"{document.slice}","smoke":{smoke},"spans":[{spans}],"text":'.encode()
        + canonical_json(document.text)
        + b"}"
    )


def open_suite(
    pin: SuitePin,
    data: tuple[bytes, ...],
    *,
    layout: SuiteLayout,
    tables: TableReader = jsonl_rows,
) -> Suite:
    """Check data against its pin and keep the documents the pin selects, by id.

    Args:
        pin: the pin.
        data: bytes of its files, in the pin's order.
        layout: reads the pin's layout.
        tables: reads the rows of a table.

    Raises:
        IntegrityError: the bytes or the content are not what the pin names.
        EvidenceError: the data is malformed, or the subset is empty.
    """
    fault = next(unlike(pin, data), "")
    if fault:
        is_ours = pin.local is None and pin.hub is None
        step = f"git checkout -- {pin.path}" if is_ours else "pin what you reviewed, or get that"
        step = FORGET_DIGESTS if pin.is_generated else step
        raise IntegrityError(f"suite {pin.name}: {fault}", next_step=step)
    kept = select(documents_of(pin, data, layout=layout, tables=tables), subset=pin.subset)
    if not kept:
        msg = f"suite {pin.name}: {pin.path} holds no documents of subset {pin.subset!r}"
        raise EvidenceError(msg)
    digest = suite_digest(kept)
    if digest != pin.digest:
        msg = f"suite {pin.name}: content digest is {digest[:16]}…, pinned is {pin.digest[:16]}…"
        step = FORGET_DIGESTS if pin.is_generated else f"openmed suite digest {pin.name}"
        raise IntegrityError(msg, next_step=step)
    return Suite(pin=pin, documents=kept)


def unlike(pin: SuitePin, data: tuple[bytes, ...]) -> Iterator[str]:
    """What of the bytes is not as pinned."""
    for (path, wanted), content in zip(pin.files, data, strict=True):
        got = sha256_hex(content)
        if got != wanted:
            yield f"{path} has sha256 {got[:16]}…, pinned is {wanted[:16]}…"


def documents_of(
    pin: SuitePin,
    data: tuple[bytes, ...],
    *,
    layout: SuiteLayout,
    tables: TableReader = jsonl_rows,
) -> tuple[Document, ...]:
    """Read the documents of a pin's layout; digests and subset are not looked at.

    Raises:
        EvidenceError: the data is malformed.
    """
    files = tuple(
        SuiteFile(path, content) for (path, _), content in zip(pin.files, data, strict=True)
    )
    ends = pin.ends or "exclusive"
    return layout(SuiteFiles(what=f"suite {pin.name}", files=files, rows=tables, ends=ends))


def select(documents: tuple[Document, ...], *, subset: str) -> tuple[Document, ...]:
    """Keep the documents of a subset, ordered by id."""
    kept = (document for document in documents if subset == "all" or document.smoke)
    return tuple(sorted(kept, key=lambda document: document.id))
