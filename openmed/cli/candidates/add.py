"""`openmed candidate add`: from a model's files to a row of the queue."""

import os
import shlex
from pathlib import Path

import click

from openmed.app.add_candidate import Addition, Wanted, add_candidate
from openmed.cli.output import columns, emit_json, handle_errors, print_text, shared_options
from openmed.cli.render.added_candidate import added_text
from openmed.cli.render.help_format import Command
from openmed.context import open_context
from openmed.domain.digest import Json
from openmed.domain.inference.profile import LabelRule
from openmed.domain.inference.proposal.model_files import Answers
from openmed.domain.slot import parse_slot
from openmed.domain.text.labels import IGNORE
from openmed.domain.wire import from_plain, plain
from openmed.errors import EvidenceError, UsageError

_FILE = "file:"


@click.command(cls=Command)
@click.argument("source")
@shared_options
@click.option("--language", "languages", multiple=True, help="A language it is for.")
@click.option("--label", "labels", multiple=True, metavar="THEIRS=OURS", help="What a label means.")
@click.option("--ignore", multiple=True, metavar="THEIRS", help="A label of nothing personal.")
@click.option("--licence", help="SPDX expression.")
@click.option("--attribution", help="Who made it, where the licence wants that said.")
@click.option("--slot", help="FAMILY::TIER::FORMAT; else from its name and size.")
@click.option("--repo-id", help="Repository it is published as; else local/NAME.")
@click.option("--model-file", help="Which of several files of weights is run.")
@click.option("--function", metavar="MODULE:NAME", help="Function from text to spans.")
@click.option("--command", help="Program that answers line by line, e.g. 'python3 detect.py'.")
@click.option("--package", "packages", multiple=True, metavar="NAME==VERSION", help="It needs.")
@click.option("--sha256", help="Of the wheel, for pypi: sources; else of what the index has.")
@click.option("--dry-run", is_flag=True, help="Show what would be written; write nothing.")
@handle_errors
def add(  # noqa: PLR0913 - each is an option of the command
    *,
    source: str,
    root: Path,
    as_json: bool,
    languages: tuple[str, ...],
    labels: tuple[str, ...],
    ignore: tuple[str, ...],
    licence: str | None,
    attribution: str | None,
    slot: str | None,
    repo_id: str | None,
    model_file: str | None,
    function: str | None,
    command: str | None,
    packages: tuple[str, ...],
    sha256: str | None,
    dry_run: bool,
) -> None:
    """Add a model to the queue, from its files.

    Looks at the files, tries the model on a few documents, and writes its row, runner profile, row
    of the catalogue and, for a program, the pins of its packages. What the files do not say is
    asked, all at once, and nothing is written until it is answered.

    Example: openmed candidate add file:models/mine --language en --dry-run
    """
    context = open_context(root, quiet=as_json)
    answers = _answers(
        {
            "source": _source(source, context.root),
            "sha256": sha256,
            "slot": None if slot is None else parse_slot(slot).key,
            "repo_id": repo_id,
            "licence": licence,
            "attribution": attribution,
            "languages": list(languages),
            "labels": [plain(rule) for rule in _rules(labels, ignore)],
            "function": function,
            "command": shlex.split(command or ""),
            "model_file": model_file,
        }
    )
    made = add_candidate(context, Wanted(answers, packages), is_dry_run=dry_run)
    if as_json:
        emit_json("candidate add", _plain(made, is_dry_run=dry_run))
        return
    print_text(added_text(made, is_dry_run=dry_run, width=columns()))


def _answers(table: dict[str, object]) -> Answers:
    try:
        return from_plain(Answers, table, what="the options")
    except EvidenceError as error:
        raise UsageError(error.message) from None


def _source(source: str, root: Path) -> str:
    """A source as its row has it: files are named from where the person is."""
    if not source.startswith(_FILE) or source == _FILE:
        return source
    try:
        source.encode()
    except UnicodeEncodeError:
        msg = f"the path of {os.fsencode(source)!r} is not UTF-8"
        raise UsageError(msg, next_step="rename the folder") from None
    folder = Path(source.removeprefix(_FILE)).resolve()
    inside = folder.is_relative_to(root)
    return f"{_FILE}{folder.relative_to(root) if inside else folder}"


def _rules(labels: tuple[str, ...], ignored: tuple[str, ...]) -> list[LabelRule]:
    pairs = [text.rpartition("=") for text in labels]
    bad = next((text for text, pair in zip(labels, pairs, strict=True) if not pair[0]), None)
    if bad is not None:
        raise UsageError(f"--label {bad[:80]!r}: wanted THEIRS=OURS, e.g. SURNAME=PATIENT_NAME")
    table = [(theirs, ours) for theirs, _, ours in pairs] + [(name, IGNORE) for name in ignored]
    twice = sorted({theirs for theirs, _ in table if [one for one, _ in table].count(theirs) > 1})
    if twice:
        raise UsageError(f"{twice[0][:80]!r} is given two meanings")
    return [_rule(theirs, ours) for theirs, ours in table]


def _rule(theirs: str, ours: str) -> LabelRule:
    try:
        return from_plain(LabelRule, {"model": theirs, "canonical": ours}, what="--label")
    except EvidenceError:
        msg = f"--label {theirs[:80]!r}: {ours[:40]!r} is none of our labels"
        raise UsageError(msg, next_step="read openmed/domain/text/labels.py") from None


def _plain(made: Addition, *, is_dry_run: bool) -> Json:
    return {
        "dry_run": is_dry_run,
        "candidate": plain(made.candidate),
        "found": [plain(one) for one in made.found],
        "not_judged": list(made.unjudged),
        "not_found": [plain(one) for one in made.unfound],
        "files": list(made.files),
        "documents": made.tried,
    }
