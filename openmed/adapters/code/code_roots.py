"""Where the code digests begin: the modules that decide, and the files they are given.

What they import follows by itself (`code_digest.py`). Where that is more than what decides, move
a symbol to the room it belongs to; leave nothing out here.
"""

from typing import Final

from openmed.adapters.code.code_digest import CodeRoots

SCORER: Final = CodeRoots(
    modules=(
        "openmed.domain.evaluation.scoring.score",
        # The backstop is applied over cached predictions (ADR 0014).
        "openmed.domain.evaluation.redaction",
    ),
    reads_text=True,
)
PERFORMANCE: Final = CodeRoots(modules=("openmed.domain.evaluation.timing",))
"""The rules' share of the time is counted, but an edit of a rule runs no model again."""
LINTER: Final = CodeRoots(modules=("openmed.domain.suites.lint.unknown_defects",))
GATES: Final = CodeRoots(
    modules=(
        "openmed.domain.gates.rules",
        "openmed.domain.gates.verdict",
        "openmed.domain.attestation.statement",
    )
)
PAGES: Final = CodeRoots(
    modules=("openmed.domain.pages.renderers", "openmed.domain.pages.derived_records"),
    data=("templates",),
)
NOTES: Final = CodeRoots(
    modules=(
        "openmed.domain.pages.notes.notes_of_entry",
        "openmed.domain.pages.notes.notes_page",
    ),
    data=("templates",),
)
"""Release notes compare spans: an edit of that renders no other page again."""
CORPUS: Final = CodeRoots(
    modules=("openmed.corpus.fresh", "openmed.corpus.pool"),
    data=("corpus/templates",),
    reads_text=True,
)
"""What writes a generated suite; its digest is part of the suite's revision."""
WORKER: Final = "openmed.adapters.runners.worker"
"""Decides with every runner: it takes texts apart from their ids, and tries one by one."""
