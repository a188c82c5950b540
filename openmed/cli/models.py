"""`openmed benchmark compare|show|list`, and the options that name anyone's model."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, ParamSpec

import click

from openmed.app.adhoc_benchmark import Model, compare_models, list_reports, recorded_reports
from openmed.cli.output import (
    columns,
    emit_json,
    handle_errors,
    markdown_options,
    print_markdown,
    print_text,
    require_markdown,
    shared_options,
)
from openmed.cli.render.help_format import Command
from openmed.cli.render.markdown.comparison_markdown import comparison_markdown, trial_markdown
from openmed.cli.render.report_table import comparison_table, report_list, report_table
from openmed.context import open_context
from openmed.domain.digest import Json
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.pages.headline import headline
from openmed.domain.wire import plain
from openmed.errors import UsageError

P = ParamSpec("P")

_NOTHING = "No report yet.\nnext: openmed benchmark run"


def model_options(command: Callable[P, None]) -> Callable[P, None]:
    """Add what says how a model is measured that has no row in the queue."""
    options = (
        click.option(
            "--label", "labels", multiple=True, help="A label it claims; else those of its profile."
        ),
        click.option(
            "--language", "languages", multiple=True, help="A language it claims; else the suite's."
        ),
        click.option(
            "--profile",
            type=click.Path(path_type=Path, dir_okay=False),
            help="Runner profile of a model that brings none.",
        ),
        click.option("--sha256", help="Of the wheel, for pypi: sources."),
        click.option(
            "--timeout",
            type=click.IntRange(1, 86_400),
            default=600,
            show_default=True,
            help="Seconds for loading the model, and again for each call.",
        ),
    )
    for option in options:
        command = option(command)
    return command


class Claims(NamedTuple):
    """What the options say of a model.

    Attributes:
        labels: canonical labels it claims.
        languages: languages it claims.
        profile: file of its runner profile.
        sha256: of its wheel.
        timeout: seconds for loading, and again for each call.
    """

    labels: tuple[str, ...]
    languages: tuple[str, ...]
    profile: Path | None
    sha256: str | None
    timeout: int


def model_of(source: str, claims: Claims) -> Model:
    """A model as a command line names it; files are relative to where the person is.

    Raises:
        UsageError: its profile cannot be read.
    """
    kind, _, reference = source.partition(":")
    is_file = kind == "file" and reference and not reference.startswith(":")
    return Model(
        f"file:{Path(reference).resolve()}" if is_file else source,
        claims.labels,
        claims.languages,
        None if claims.profile is None else _profile(claims.profile),
        claims.sha256,
        claims.timeout,
        _document(source),
    )


def _profile(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        msg = f"cannot read the profile {file}: {error.strerror}"
        raise UsageError(msg) from None


def _document(name: str) -> bytes | None:
    return Path(name).read_bytes() if Path(name).is_file() else None


@click.command(cls=Command)
@click.argument("before", default="")
@click.argument("after", default="")
@shared_options
@click.option("--suite", default="golden", show_default=True, help="A suite of gates/suites.toml.")
@model_options
@markdown_options
@click.option(
    "--most",
    type=click.IntRange(1),
    default=20,
    show_default=True,
    help="With --base: candidates that are measured.",
)
@handle_errors
def compare(  # noqa: PLR0913 - each is an option of the command
    *,
    before: str,
    after: str,
    root: Path,
    as_json: bool,
    suite: str,
    labels: tuple[str, ...],
    languages: tuple[str, ...],
    profile: Path | None,
    sha256: str | None,
    timeout: int,
    as_markdown: bool,
    base: str,
    most: int,
) -> None:
    """Compare two models span by span.

    With --base instead of models: measure and judge every candidate whose row or policy differs
    since that commit, and compare it with what is live. Nothing is signed or released.

    Example: openmed benchmark compare pii::tiny::onnx file:models/mine --suite golden
    Example: openmed benchmark compare --md --base origin/main
    """
    require_markdown(as_markdown, base=base, as_json=as_json)
    if bool(base) == bool(before and after) or (base and before):
        raise UsageError("name two models, or --base COMMIT and no model")
    context = open_context(root, quiet=as_json or as_markdown)
    if base:
        from openmed.app.change_trial import try_changes  # noqa: PLC0415 - heavy

        trial = try_changes(context, base=base, most=most)
        print_markdown(trial_markdown(trial), summary=context.ci.summary)
        return
    claims = Claims(labels, languages, profile, sha256, timeout)
    one, other = model_of(before, claims), model_of(after, claims)
    found = compare_models(context, one, other, suite=suite)
    if as_json:
        emit_json("benchmark compare", plain(found))
    elif as_markdown:
        print_markdown(comparison_markdown(found), summary=context.ci.summary)
    else:
        print_text(comparison_table(found, width=columns()))


@click.command("list", cls=Command)
@shared_options
@handle_errors
def list_command(*, root: Path, as_json: bool) -> None:
    """List current reports with their recall.

    Example: openmed benchmark list
    """
    reports = list_reports(open_context(root, quiet=True))
    if as_json:
        emit_json("benchmark list", [_row(report) for report in reports])
        return
    print_text(report_list(reports, width=columns()) or _NOTHING)


def _row(report: BenchmarkReport) -> Json:
    declared = headline(report.scope.labels, report)
    return {
        "slot": report.subject.slot,
        "suite": report.suite.name,
        "suite_digest": report.suite.digest,
        "artifact": report.subject.artifact,
        "documents": report.suite.documents,
        "scored_documents": report.scored_documents,
        "incomplete": report.is_incomplete,
        "support": declared.support,
        "covered": declared.covered,
        "recall": declared.recall,
    }


@click.command(cls=Command)
@click.argument("what")
@shared_options
@click.option("--suite", default="", help="One suite; else all that were measured.")
@handle_errors
def show(*, what: str, root: Path, as_json: bool, suite: str) -> None:
    """Show the reports of a slot or a file.

    Example: openmed benchmark show pii::tiny::onnx --suite golden
    """
    context = open_context(root)
    reports = recorded_reports(context, name=what, suite=suite, document=_document(what))
    if as_json:
        emit_json("benchmark show", [plain(report) for report in reports])
        return
    width = columns()
    print_text("\n".join(report_table(one, of=one.subject.slot, width=width) for one in reports))
