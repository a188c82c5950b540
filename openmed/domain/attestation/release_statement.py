"""`release.json`: what one release is, signed, beside its files in a repository that serves it.

It names every file, the card among them, so that a card of another release is seen. It is good
without the ledger until it expires; afterwards whoever downloads needs the ledger, whose address it
may name. It names the entry by its tag, not by its digest: it is committed before the entry is.
"""

from functools import partial
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from openmed.domain.attestation.head_statement import check_window
from openmed.domain.attestation.signed_predicate import predicate_in
from openmed.domain.attestation.statement import STATEMENT_TYPE, VERIFIER_ID
from openmed.domain.candidates.candidate import StagedFile
from openmed.domain.digest import Json, canonical_json, tree_digest
from openmed.domain.frozen import Digest, Frozen, Line, Timestamp
from openmed.domain.ledger.entry import Entry, Tag
from openmed.domain.ledger.fleet import LiveRelease
from openmed.domain.slot import SlotKey
from openmed.domain.wire import dump, plain, pretty

RELEASE_JSON = "release.json"
CARD = "README.md"
BESIDE = frozenset({RELEASE_JSON, CARD, ".gitattributes"})
"""Files of a served repository that belong to no artifact."""
PREDICATE_TYPE = "urn:openmed-release:release:1"
FIELD = "release"


class ReleaseStatement(Frozen):
    """What is served as one release of a slot.

    Attributes:
        slot: release channel.
        generation: of the slot.
        tag: entry that makes it live.
        repo_id: repository that serves it.
        artifact: tree digest.
        files: its files, without those that stand beside them.
        verdict: digest of the signed verdict it rests on.
        entry: digest of the ledger entry as it was planned: of what `release.json` holds.
        card: sha256 of the README.md beside the files; None = there is none.
        gates: address below which `gates/` is served; empty = nowhere.
        issued: when this was said.
        expires: until when it is good without the ledger.
    """

    schema_: Literal["openmed.release-statement/1"] = Field(
        default="openmed.release-statement/1", alias="schema"
    )
    slot: SlotKey
    generation: Annotated[int, Field(ge=1)]
    tag: Tag
    repo_id: str
    artifact: Digest
    files: Annotated[tuple[StagedFile, ...], Field(min_length=1)]
    verdict: Digest
    entry: Digest
    card: Digest | None
    gates: Annotated[Line, Field(max_length=400)]
    issued: Timestamp
    expires: Timestamp

    @model_validator(mode="after")
    def _is_of_its_files(self) -> Self:
        check_window(self.issued, self.expires)
        if tree_digest(self.files) != self.artifact:
            msg = "its files are not those of its artifact"
            raise ValueError(msg)
        return self


class SignedRelease(Frozen):
    """A release statement whose signature was verified.

    Attributes:
        statement: what was signed.
        verifier: name under which the key is listed.
        keyid: id of the key.
    """

    statement: ReleaseStatement
    verifier: str
    keyid: str


class ReleaseFile(Frozen):
    """The file `release.json`.

    Attributes:
        keyid: key that signed the statement.
        statement: DSSE envelope of the release statement, as text.
        verdict: DSSE envelope of the verdict, as text.
        entry: the ledger entry as it was planned, in its own form; served ids may be added to it.
    """

    schema_: Literal["openmed.release/1"] = Field(default="openmed.release/1", alias="schema")
    keyid: Digest
    statement: str
    verdict: str
    entry: str


def release_statement(  # noqa: PLR0913 - what is said, and for how long
    live: LiveRelease, entry: Entry, *, card: str | None, gates: str, issued: str, expires: str
) -> ReleaseStatement:
    """What is said of a release that is, or is about to be, live.

    Args:
        live: it, from the state after its entry (also for a rollback).
        entry: the entry as planned: the one that `release_json` is given.
        card: sha256 of the README.md beside it; None = there is none.
        gates: address below which `gates/` is served; empty = nowhere.
        issued: the time.
        expires: until when it is good without the ledger.
    """
    release = live.release
    return ReleaseStatement(
        slot=release.slot,
        generation=live.generation,
        tag=live.tag,
        repo_id=release.candidate.repo_id,
        artifact=release.artifact,
        files=release.files,
        verdict=release.verdict,
        entry=entry.digest,
        card=card,
        gates=gates,
        issued=issued,
        expires=expires,
    )


def release_json(statement: bytes, *, verdict: bytes, entry: Entry, keyid: str) -> bytes:
    """The file `release.json`.

    Args:
        statement: DSSE envelope over `payload_of_release(release_statement(…))`.
        verdict: DSSE envelope of the verdict: the evidence file.
        entry: the entry as planned.
        keyid: key that signed the statement.
    """
    return pretty(
        ReleaseFile(
            keyid=keyid,
            statement=statement.decode(),
            verdict=verdict.decode(),
            entry=dump(entry).decode(),
        )
    )


def payload_of_release(statement: ReleaseStatement, *, verifier: str) -> bytes:
    """Canonical bytes of the in-toto statement that says the same.

    Args:
        statement: what it says.
        verifier: name under which the key that signs is listed.
    """
    card: list[Json] = []
    if statement.card is not None:
        card.append({"name": CARD, "digest": {"sha256": statement.card}})
    whole: Json = {
        "_type": STATEMENT_TYPE,
        "subject": [
            {"name": statement.slot, "digest": {"sha256": statement.artifact}},
            *({"name": file.path, "digest": {"sha256": file.sha256}} for file in statement.files),
            *card,
        ],
        "predicateType": PREDICATE_TYPE,
        "predicate": {"verifier": {"id": f"{VERIFIER_ID}{verifier}"}, FIELD: plain(statement)},
    }
    return canonical_json(whole)


def release_in(payload: bytes, *, verifier: str) -> ReleaseStatement:
    """The release statement inside a payload whose signature was verified.

    Args:
        payload: the payload's bytes.
        verifier: name under which the key that signed is listed; it signs for no other.

    Raises:
        IntegrityError: it was signed for another verifier, or a field differs from what it implies.
    """
    return predicate_in(
        ReleaseStatement,
        payload,
        field=FIELD,
        what="release statement",
        verifier=verifier,
        again=partial(payload_of_release, verifier=verifier),
    )
