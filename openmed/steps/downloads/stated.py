"""Take the repository of one slot at its own signed word, where it names no ledger.

`release.json` is good until it expires. Until then nothing here can see that the release was
revoked: that is why it expires, and why the ledger is asked wherever one is named.
"""

from dataclasses import dataclass

from openmed.domain.attestation.release_statement import ReleaseStatement
from openmed.domain.downloads.acceptance import check_stated, check_time
from openmed.domain.downloads.beside import check_stated_verdict
from openmed.domain.downloads.record import SeenHead
from openmed.ports.downloads import SeenHeads, ServedFiles, TrustedKeys
from openmed.steps.downloads.fetch import Download, read_beside

_ALONE = "no ledger was asked: a revocation since {} would not be seen"


@dataclass(frozen=True)
class Stated:
    """Reads one repository.

    Attributes:
        served: the repository, at one commit.
        name: the repository, without the commit; it is remembered by.
        keys: whose word counts.
        seen: what was seen before.
        now: decides expiry.
    """

    served: ServedFiles
    name: str
    keys: TrustedKeys
    seen: SeenHeads
    now: str

    def statement(self) -> ReleaseStatement:
        """What it says of itself, signed.

        Raises:
            IntegrityError: unsigned, edited, or the card of another release.
        """
        return read_beside(self.served, self.keys)[0].statement

    def resolve(self, slot: str, *, tag: str) -> Download:
        """The release that it serves, if it is the one that is meant.

        Raises:
            IntegrityError: it is another one, expired, or older than what was seen.
        """
        beside, files = read_beside(self.served, self.keys)
        said = beside.statement
        check_time(said.issued, said.expires, now=self.now, what="release.json")
        source = f"{self.name} {slot}"
        check_stated(said, slot=slot, tag=tag, seen=self.seen.greatest(source))
        check_stated_verdict(said, self.keys.verdict(beside.verdict))
        self.seen.keep(
            SeenHead(source=source, size=said.generation, head=said.artifact, seen=self.now)
        )
        return Download(
            slot=said.slot,
            generation=said.generation,
            tag=said.tag,
            repo_id=said.repo_id,
            artifact=said.artifact,
            files=said.files,
            verdict=beside.verdict,
            beside=files,
            source=self.name,
            place="",
            until=said.expires,
            head=None,
            notes=(_ALONE.format(said.issued),),
        )
