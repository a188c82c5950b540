"""Release notes as Markdown, and as the text of a commit; a name is shown as it is, and acts not.

A reader wants to know first whether anything was lost: spans come before gates, and what could not
be compared is said with its reason, never left out.
"""

from collections.abc import Iterator

from openmed.domain.gates.gate import Outcome
from openmed.domain.pages.notes.release_notes import (
    GateNote,
    ReleaseNotes,
    SlotNotes,
    SpanChanges,
    SuiteChanges,
)
from openmed.domain.text.markdown import markdown_safe as safe
from openmed.domain.text.number_format import count, number, short_digest, size
from openmed.printable import printable

_LONGEST = 100
"""Columns of a line in a commit's message."""


def notes_markdown(notes: ReleaseNotes, *, trigger: str = "") -> str:
    """The notes of one tag, for people.

    Args:
        notes: they.
        trigger: what started the run, where a record says it.
    """
    started = f" The run was started by: {safe(trigger)}." if trigger else ""
    lines = [
        f"# Release {safe(notes.tag)}",
        "",
        f"Recorded {notes.time} as ledger entry `{notes.entry}`.{started}",
    ]
    for slot in notes.slots:
        lines += ["", *_slot(slot)]
    if not notes.slots:
        lines += ["", "No slot serves anything else since."]
    if notes.others:
        lines += ["", "## Also recorded", "", *(f"- {safe(text)}" for text in notes.others)]
    return "\n".join(lines) + "\n"


def commit_text(slot: SlotNotes) -> str:
    """What happened to one slot, for the message of a commit in its public repository.

    Lines that look like trailers are none: nothing of it stands at the beginning of a line but
    words of ours.
    """
    lines = [f"- {line}" for line in _commit_lines(slot)]
    return "\n".join(_shortened(line) for line in lines)


def _commit_lines(slot: SlotNotes) -> Iterator[str]:
    yield f"{slot.happened}: generation {slot.generation} of {slot.slot}"
    if slot.reason:
        yield f"reason: {slot.reason}"
    for suite in slot.suites:
        yield _suite_line(suite)
    if slot.fault:
        yield f"evidence: {slot.fault}"
    yield from _judged_lines(slot)
    if slot.files:
        yield f"files: {_file_counts(slot)}"
    if slot.verifier:
        yield f"judged by {slot.verifier} at {slot.verified_at}"


def _judged_lines(slot: SlotNotes) -> Iterator[str]:
    if slot.gates:
        passed = sum(1 for gate in slot.gates if gate.outcome is Outcome.PASSED)
        yield f"gates: {passed} of {len(slot.gates)} passed"
    for waiver in slot.waivers:
        yield f"waiver by {waiver.verifier}: {waiver.reason}"
    if slot.weakened is not None:
        yield f"weaker policy than before, allowed by {slot.weakened.verifier or 'nobody'}"


def _suite_line(suite: SuiteChanges) -> str:
    if suite.overall is None:
        return f"{suite.suite}: not compared: {suite.fault}"
    whole = suite.overall
    few = ", ".join(f"{row.name} -{row.lost} +{row.gained}" for row in suite.labels)
    told = f" ({few})" if few else ""
    return f"{suite.suite}: {whole.lost} lost, {whole.gained} gained of {whole.spans} spans{told}"


def _shortened(line: str) -> str:
    text = printable(line)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _file_counts(slot: SlotNotes) -> str:
    words = [file.word for file in slot.files]
    named = (word for word in ("added", "changed", "removed") if word in words)
    return ", ".join(f"{words.count(word)} {word}" for word in named)


def _slot(slot: SlotNotes) -> Iterator[str]:
    yield f"## {safe(slot.slot)}: {slot.happened}"
    yield ""
    yield from _facts(slot)
    if slot.fault:
        yield ""
        yield f"Its evidence could not be read: {safe(slot.fault)}"
    yield from _spans(slot)
    yield from _gates(slot.gates)
    yield from _files(slot)


def _facts(slot: SlotNotes) -> Iterator[str]:
    before = f"generation {slot.previous_generation}" if slot.previous_generation else "nothing"
    yield f"- repository: {safe(slot.repo_id)}"
    again = f", which serves generation {slot.restored} again" if slot.restored else ""
    yield f"- generation {slot.generation}{again}; before: {before}"
    yield f"- artifact: `{slot.artifact or 'none'}`; before: `{slot.previous_artifact or 'none'}`"
    if slot.reason:
        yield f"- reason: {safe(slot.reason)}"
    if slot.detected_at:
        yield f"- the reason was known at {slot.detected_at}"
    if slot.verifier:
        yield f"- judged by {safe(slot.verifier)} at {slot.verified_at}"
    if slot.policy is not None:
        policy = slot.policy
        name = f"{safe(policy.name)} {safe(policy.milestone)}"
        yield f"- policy: {name} ({policy.grade.value}), `{short_digest(policy.digest)}`"
    for waiver in slot.waivers:
        yield (
            f"- waiver: quarantined in {safe(waiver.quarantined)}, lifted in {safe(waiver.tag)} by "
            f"{safe(waiver.verifier)}: {safe(waiver.reason)} (until {waiver.expires})"
        )
    if slot.weakened is not None:
        keys = "; ".join(slot.weakened.keys) or "limits that were not recorded"
        who = slot.weakened.verifier
        allowed = f"; allowed by {safe(who)}: {safe(slot.weakened.reason)}" if who else ""
        yield f"- weaker than the policy before: {safe(keys)}{allowed}"
    if slot.evidence:
        yield f"- evidence: {', '.join(f'`{digest}`' for digest in slot.evidence)}"


def _spans(slot: SlotNotes) -> Iterator[str]:
    if slot.artifact is None:
        return
    if not slot.against:
        yield ""
        yield "It is the first release of the slot: there is nothing to compare its spans with."
        return
    what = "the release before" if slot.against == "previous" else "what was adopted"
    if not slot.suites:
        return
    yield ""
    yield f"Gold spans lost and gained against {what}:"
    yield ""
    yield "| suite | label | spans | lost | gained |"
    yield "|---|---|--:|--:|--:|"
    for suite in slot.suites:
        name = safe(f"{suite.suite} {suite.edition}".strip())
        if suite.overall is None:
            yield f"| {name} | not compared: {safe(suite.fault)} | | | |"
            continue
        for row in (suite.overall, *suite.labels):
            yield _span_row(name, row)


def _span_row(name: str, row: SpanChanges) -> str:
    cells = (name, safe(row.name), count(row.spans), count(row.lost), count(row.gained))
    return f"| {' | '.join(cells)} |"


def _gates(gates: tuple[GateNote, ...]) -> Iterator[str]:
    if not gates:
        return
    yield ""
    yield "| gate | outcome | closest to its limit | limit | measured |"
    yield "|---|---|---|--:|--:|"
    for gate in gates:
        word = gate.outcome.value if gate.blocking else f"{gate.outcome.value} (advisory)"
        near = gate.closest
        if near is None:
            yield f"| {safe(gate.id)} | {word} | {safe(gate.message)} | | |"
            continue
        what, limit = safe(f"{near.suite} {near.name}".strip()), number(near.limit)
        yield f"| {safe(gate.id)} | {word} | {what} | {limit} | {number(near.observed)} |"


def _files(slot: SlotNotes) -> Iterator[str]:
    if not slot.files:
        if slot.artifact is not None and slot.artifact == slot.previous_artifact:
            yield ""
            yield "Its files are those of the release before."
        return
    yield ""
    yield "| file | | before | now |"
    yield "|---|---|--:|--:|"
    for file in slot.files:
        before = "" if file.before is None else size(file.before)
        now = "" if file.after is None else size(file.after)
        yield f"| {safe(file.path)} | {file.word} | {before} | {now} |"
