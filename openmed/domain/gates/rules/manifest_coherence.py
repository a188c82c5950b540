"""Gate `manifest_coherence`: the catalogue says of the repository what the candidate says.

People find models through `models.jsonl`; a row of another format, language or licence sends
them to the wrong one.
"""

from openmed.domain.candidates.candidate import Candidate
from openmed.domain.candidates.catalogue import FILE_NAME, CatalogueRow, Listed
from openmed.domain.frozen import Frozen
from openmed.domain.gates.gate import Evidence, Finding, Outcome
from openmed.domain.slot import Slot, parse_slot
from openmed.domain.wire import parse


class ManifestCoherenceSettings(Frozen):
    """Table `[gates.manifest_coherence]`: it has no keys of its own."""


class ManifestCoherence:
    """One row of this repository, with the candidate's slot, languages and licence."""

    id = "manifest_coherence"
    table = ManifestCoherenceSettings

    def check(self, settings: str) -> None:
        """Read the table."""
        parse(ManifestCoherenceSettings, settings.encode(), what="table")

    def decide(self, evidence: Evidence, settings: str) -> Finding:
        """FAILED if the row says something else; ERROR if there is none, or none to trust."""
        self.check(settings)
        candidate, row = evidence.candidate, evidence.listed.row
        fault = coherence(candidate, evidence.listed)
        if fault is not None or row is None:
            return fault or Finding(outcome=Outcome.ERROR, message=evidence.listed.fault)
        number = len(row.languages)
        languages = f"{number} language{'' if number == 1 else 's'}"
        message = (
            f"{FILE_NAME} lists {candidate.repo_id} with this slot, "
            f"{languages} and licence {row.license}"
        )
        return Finding(outcome=Outcome.PASSED, message=message)


def coherence(candidate: Candidate, listed: Listed) -> Finding | None:
    """What is wrong with what the catalogue says of a candidate; None when nothing is."""
    if listed.fault:
        return Finding(outcome=Outcome.ERROR, message=listed.fault)
    row = listed.row
    if row is None or row.repo_id != candidate.repo_id:
        message = f"{FILE_NAME} has no row of {candidate.repo_id}; add one"
        return Finding(outcome=Outcome.ERROR, message=message)
    differences = _differences(row, candidate)
    if not differences:
        return None
    said = "; ".join(
        f"{name} is {got}, the candidate declares {want}" for name, got, want in differences
    )
    message = f"{FILE_NAME}, row of {candidate.repo_id}: {said}"
    return Finding(outcome=Outcome.FAILED, message=message)


def _differences(row: CatalogueRow, candidate: Candidate) -> tuple[tuple[str, str, str], ...]:
    """Name, what the row says and what the candidate says, where the two differ."""
    slot = parse_slot(candidate.slot)
    bare = Slot(family=slot.family, tier=slot.tier, format=slot.format).key
    slots = (", ".join(row.slots), bare) if bare not in row.slots else None
    listed, declared = sorted(row.languages), sorted(candidate.languages)
    languages = (", ".join(listed) or "none", ", ".join(declared)) if listed != declared else None
    # SPDX expressions are the same in any case.
    licence = (row.license or "none", candidate.licence)
    is_same = licence[0].casefold() == licence[1].casefold()
    found = (("slot", slots), ("languages", languages), ("license", None if is_same else licence))
    return tuple((name, *pair) for name, pair in found if pair is not None)
