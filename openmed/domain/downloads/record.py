"""The record beside downloaded files: what they are, by whose word, as of when.

`openmed fetch --check` reads it again; nothing in it is believed without a signature.
"""

from typing import Annotated, Final, Literal

from pydantic import Field

from openmed.domain.frozen import Digest, Frozen, Line, Timestamp
from openmed.domain.ledger.entry import Tag
from openmed.domain.slot import SlotKey

RECORD: Final = "openmed-download.json"


class SeenHead(Frozen):
    """The greatest head of one source that was accepted here.

    Attributes:
        source: where from; and the slot, where a repository was taken at its own word.
        size: entries in the ledger; the generation, where there was none.
        head: digest of the last entry; of the artifact, where there was none.
        seen: when.
    """

    schema_: Literal["openmed.seen-head/1"] = Field(default="openmed.seen-head/1", alias="schema")
    source: Line
    size: Annotated[int, Field(ge=1)]
    head: Digest
    seen: Timestamp


class DownloadRecord(Frozen):
    """What lies in a folder.

    Attributes:
        source: where it was downloaded from.
        slot: release channel.
        generation: of the slot.
        tag: entry that made it live.
        repo_id: repository.
        artifact: tree digest.
        verdict: DSSE envelope of the verdict, as text.
        head: digest of the last ledger entry that was seen; None = no ledger was asked.
        size: entries in the ledger.
        checked: when.
    """

    schema_: Literal["openmed.download/1"] = Field(default="openmed.download/1", alias="schema")
    source: Line
    slot: SlotKey
    generation: Annotated[int, Field(ge=1)]
    tag: Tag
    repo_id: str
    artifact: Digest
    verdict: str
    head: Digest | None
    size: Annotated[int, Field(ge=1)] | None
    checked: Timestamp
