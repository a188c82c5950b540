"""What became of the rows of a catalogue, as text."""

from collections.abc import Iterator

from openmed.app.adopt import AdoptedRow, AdoptionReport, AdoptionStanding
from openmed.cli.render.layout import counted, table
from openmed.domain.inference.proposal.adoptable_row import ObstacleKind

_WORDS = {
    AdoptionStanding.ADDED: "added to the queue",
    AdoptionStanding.PRESENT: "in the queue already",
    AdoptionStanding.NOT_JUDGED: "not to be judged here",
    AdoptionStanding.LEFT: "not looked at yet",
}


def adoption_text(report: AdoptionReport, *, seconds: float, shows_rows: bool, width: int) -> str:
    """The answer of `openmed adopt`.

    Args:
        report: what became of each row.
        seconds: how long it took.
        shows_rows: whether to say it of every row.
        width: columns there are.
    """
    lines = []
    if shows_rows:
        rows = [_row(row) for row in report.rows]
        lines += [*table(("LINE", "REPOSITORY", "", "SLOT OR REASON"), rows, width=width), ""]
    lines += list(_sums(report, width=width))
    lines.append(f"{counted(report.calls, 'question')} to the Hub in {seconds:.1f} s")
    lines += _next_step(report)
    return "\n".join(lines)


def _sums(report: AdoptionReport, *, width: int) -> Iterator[str]:
    tried = "; nothing was written" if report.is_dry_run else ""
    yield f"{report.catalogue}: {counted(len(report.rows), 'row')}{tried}"
    standings = report.standings
    for standing, words in _WORDS.items():
        if standings.get(standing):
            yield f"  {standings[standing]:,} {words}"
    if report.obstacles:
        yield ""
        rows = [
            (kind, f"{number:,}", _example(report, kind))
            for kind, number in report.obstacles.items()
        ]
        yield from table(("REASON", "ROWS", "THE FIRST OF THEM"), rows, width=width)
        yield ""


def _example(report: AdoptionReport, kind: ObstacleKind) -> str:
    found = (
        f"line {row.line}: {row.obstacle.sentence}"
        for row in report.rows
        if row.obstacle is not None and row.obstacle.kind is kind
    )
    return next(found, "")


def _row(row: AdoptedRow) -> tuple[str, str, str, str]:
    said = row.obstacle.sentence if row.obstacle is not None else row.slot
    return f"{row.line}", row.repo_id, row.standing, said


def _next_step(report: AdoptionReport) -> Iterator[str]:
    standings = report.standings
    if ObstacleKind.ROW in report.obstacles:
        yield f"next: correct the lines of {report.catalogue} that are named; --rows names all"
    elif standings.get(AdoptionStanding.LEFT):
        yield "next: run it again; it goes on where it was"
    elif standings.get(AdoptionStanding.ADDED) and not report.is_dry_run:
        yield "next: openmed release plan"
