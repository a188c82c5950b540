"""Writes `docs/reference/report.md` from the values: `python tools/report_document.py`."""

import inspect
import re
import sys
import typing
from pathlib import Path

from generated_files import ROOT, write_or_check

from openmed.domain.evaluation.comparison import Comparison
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.frozen import Frozen

PAGE = ROOT / "docs" / "reference" / "report.md"
HEAD = """# Reports

What `openmed benchmark run --json`, `--out` and `benchmark show` give (`openmed.report/3`), and
what `benchmark compare` gives (`openmed.comparison/1`). Counts and offsets only, never text of a
document. Offsets are code points, half-open. Definitions of the measures:
[glossary](../concepts/glossary.md#measures). A report is the same bytes whenever the same artifact,
suite, runtime and scorer meet: it names no clock and no host.

A slot's report under `artifacts/runs/` is wrapped as a product (`openmed.product/1`): `materials`,
`checksum` and the report as `content`. `benchmark show` and `benchmark compare` read both.

Which spans leaked is one bit for each gold span of a direct identifier, `outcomes[].exposed`, in
the order of the suite; document and offsets follow from the suite, and `leak_places` is a digest
over them. `openmed release explain` shows them where the suite's text is. Reports of versions 1
and 2 list every leak and stay readable.

This page is written from the code by `python tools/report_document.py`.
"""
WORDS = {str: "text", int: "integer", float: "number", bool: "boolean", type(None): "null"}


def files() -> dict[Path, str]:
    """The page, by path."""
    kinds: list[type[Frozen]] = []
    for root in (BenchmarkReport, Comparison):
        _collect(root, kinds)
    return {PAGE: "\n".join([HEAD, *(_section(kind) for kind in kinds)])}


def _collect(kind: type[Frozen], kinds: list[type[Frozen]]) -> None:
    if kind in kinds:
        return
    kinds.append(kind)
    pending: list[object] = [field.annotation for field in kind.model_fields.values()]
    while pending:
        annotation = pending.pop(0)
        pending += typing.get_args(annotation)
        if isinstance(annotation, type) and issubclass(annotation, Frozen):
            _collect(annotation, kinds)


def _section(kind: type[Frozen]) -> str:
    said, _, attributes = (inspect.getdoc(kind) or "").partition("Attributes:")
    meanings: dict[str, str] = {}
    for name, text in re.findall(r"^    (\w+): (.+(?:\n     +.+)*)", attributes, re.MULTILINE):
        meanings[name] = re.sub(r"\s+", " ", text).rstrip(".")
    lines = [f"## {kind.__name__}", "", re.sub(r"\s+", " ", said).strip(), ""]
    lines += ["| field | type | meaning |", "|---|---|---|"]
    for name, field in kind.model_fields.items():
        written = field.alias or name
        meaning = meanings.get(name, "format and version" if written == "schema" else written)
        lines.append(f"| `{written}` | {_name(field.annotation)} | {meaning} |")
    return "\n".join([*lines, ""])


def _name(annotation: object) -> str:
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _name(arguments[0])
    if origin is typing.Literal:
        return " or ".join(f'"{value}"' for value in arguments)
    if origin in {tuple, frozenset}:
        return f"list of {_name(arguments[0])}"
    if arguments:
        return " or ".join(_name(argument) for argument in arguments)
    if isinstance(annotation, type) and issubclass(annotation, Frozen):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    return next((word for kind, word in WORDS.items() if annotation is kind), "text")


if __name__ == "__main__":
    sys.exit(write_or_check(__doc__, files()))
