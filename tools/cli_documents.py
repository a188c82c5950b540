"""Writes `cli.md` and `exit-codes.md` of docs/reference, and README's table of exit codes.

Run `python tools/cli_documents.py`.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from generated_files import ROOT, write_or_check
from support.command_tree import Found, commands, everything

from openmed import errors
from openmed.cli.schemas.table import DATA
from openmed.exit_codes import EXIT_CODE_OF, EXIT_CODES, ExitCode

COMMANDS_PAGE = ROOT / "docs" / "reference" / "cli.md"
EXIT_CODES_PAGE = ROOT / "docs" / "reference" / "exit-codes.md"
README = ROOT / "README.md"
TABLE_HEAD = "| code | meaning | next |\n|---|---|---|\n"
CLI_HEAD = """# Commands

What `openmed` can do. Every command has `--help` with an example; `openmed completion bash` prints
the completion script of a shell. This page is written from the code by
`python tools/cli_documents.py`.

## What is always so

- stdout is the answer, stderr everything else. No command asks a question.
- Text for people fits the terminal (`COLUMNS`, else its width; 80 columns without a terminal). It
  is coloured on a terminal only, and not with `NO_COLOR`, `TERM=dumb` or `--no-color`. Control and
  bidirectional characters are shown as escapes. Programs read `--json`, which is never folded.
- `--json` gives one document, whatever happens, also for a mistyped option:
  `{schema, ok, command, data}` when it worked, and when it did not
  `{schema, ok, command, error: {code, message, hint, retryable, exit_code}}`
  ([schemas/cli.json](schemas/cli.json)). A run that held a candidate back worked: `ok` is true, and
  the exit code is 3.
- `--format jsonl`, where a command has it, gives one event a line while it runs; the last is of
  type `result` and holds the same document ([schemas/events.json](schemas/events.json)).
- An error is one sentence (what, got, wanted) on stderr as `openmed: …`, and where there is one the
  next step as `next: …`. With `--debug`, before the command or after it, file, line and type too,
  never a message: it might quote a document.
- On a terminal progress is one live line; elsewhere each step has a line when it starts and one
  when it ends.
- When the reader of stdout has gone (`| head`), the work is brought to its end and the exit code
  is 141.
- Ctrl-C ends it with 130; the next run goes on where it was. [All exit codes](exit-codes.md).
"""
EXIT_HEAD = """# Exit codes

What `openmed` exits with. `doit` says 0 or 1 (3 when it could not start), `nox` and `make` flatten
further; `artifacts/run-report.json` always has the code below as `exit_code`. This page is written
from the code by `python tools/cli_documents.py`.

| code | meaning | when | next |
|---|---|---|---|
"""


def files() -> dict[Path, str]:
    """Both pages and README, by path."""
    return {COMMANDS_PAGE: _cli(), EXIT_CODES_PAGE: _exit_codes(), README: _readme()}


def _cli() -> str:
    rows = [_row(one) for one in commands()]
    table = [
        "## All commands",
        "",
        "| command | | `data` of `--json` |",
        "|---|---|---|",
        *rows,
        "",
    ]
    return "\n".join([CLI_HEAD, *table, *_sections()])


def _row(one: Found) -> str:
    schema = DATA.get(one.name)
    data = f"[{schema}](schemas/{schema}.json)" if schema else ""
    anchor = "-".join(("openmed", *one.words))
    return f"| [`{one.name}`](#{anchor}) | {one.command.get_short_help_str(1000)} | {data} |"


def _sections() -> Iterator[str]:
    for one in everything():
        yield f"## openmed {one.name}".rstrip() + "\n\n```text\n" + one.help + "\n```\n"


def _exit_codes() -> str:
    rows = [
        f"| {code} | {row.means} | {row.when} | {row.then} |" for code, row in EXIT_CODES.items()
    ]
    kinds = [
        "",
        "## Errors",
        "",
        "The `code` of an error document, its exit code, and what it is.",
        "",
        "| code | exit | |",
        "|---|---|---|",
    ]
    kinds += [
        f"| `{kind.__name__}` | {EXIT_CODE_OF[kind.kind]} | {_doc(kind)} |"
        for kind in _kinds(errors.OpenMedError)
    ]
    internal = ExitCode.INTERNAL
    kinds += [
        f"| `OSError` | {internal} | The disk or the system refused: which file, and why. |",
        f"| `Unexpected` | {internal} | A bug: its type and where. |",
        f"| `Interrupted` | {ExitCode.INTERRUPTED} | Ctrl-C or SIGTERM. |",
    ]
    return EXIT_HEAD + "\n".join([*rows, *kinds, ""])


def _readme() -> str:
    """README with the table as the code has it; all else as it is."""
    text = README.read_text(encoding="utf-8")
    before, head, rest = text.partition(TABLE_HEAD)
    if not head:
        msg = "README has no table of exit codes"
        raise LookupError(msg)
    rows = [f"| {code} | {row.means} | {row.then} |" for code, row in EXIT_CODES.items()]
    return before + head + "\n".join(rows) + rest[rest.index("\n\n") :]


def _kinds(kind: type[errors.OpenMedError]) -> Iterator[type[errors.OpenMedError]]:
    for below in kind.__subclasses__():
        if below.__module__ == errors.__name__:
            yield below
            yield from _kinds(below)


def _doc(kind: type) -> str:
    return (kind.__doc__ or "").partition("\n")[0]


if __name__ == "__main__":
    sys.exit(write_or_check(__doc__, files()))
