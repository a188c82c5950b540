"""Nothing that a candidate says acts on a terminal, a log, a page or a CI, and no text gets out.

One release of candidates that speak in every way there is (`support/hostile_words.py`); then
everything that people or programs read of it is looked at.
"""

import dataclasses
from pathlib import Path

import pytest
from support.chunk_files import plain_bytes
from support.hostile_words import LEAK, MARK, acting, plant
from support.repositories import Repository

_ITS_OWN = (
    "staged",
    "downloads",
    "homes",
    "registry",
    "doit.sqlite3",
    "source-facts.json",
    "keys",
    "standing",
)
"""Under `artifacts/`: bytes of candidates, which nobody is shown, and databases."""
_CANONICAL = ("/ledger/", "/evidence/")
"""Bytes that are hashed as they are (RFC 8785), and shown by our own commands only."""
COMMANDS = (
    ("release", "run"),
    ("release", "run", "--retry", "--format", "jsonl"),
    ("release", "report"),
    ("release", "report", "--json"),
    ("release", "status"),
    ("release", "plan"),
    ("release", "plan", "--json"),
    ("release", "status", "--json"),
    ("models", "list"),
    ("doctor",),
)

ANNOTATED = ("release report stderr", "release report --json stderr")


@dataclasses.dataclass(frozen=True)
class JobOfCi(Repository):
    """The same in a job of GitHub Actions, narrow enough that everything is folded."""

    @property
    def environment(self) -> dict[str, str]:
        """With the files a job reads back."""
        files = {name: str(self.home / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
        return {**super().environment, **files, "GITHUB_ACTIONS": "true", "COLUMNS": "60"}


@pytest.mark.timeout(600)
def test_no_words_of_a_candidate_act_on_anybody(repository: Repository) -> None:
    """Each way of speaking, each way out."""
    repository.make_quick()
    slots = plant(repository)
    job = JobOfCi(root=repository.root, home=repository.home)
    said = {}
    explained = [("release", "explain", slot) for slot in slots]
    for words in (*COMMANDS, *explained):
        done = job.run(*words)
        for stream, text in (("stdout", done.stdout), ("stderr", done.stderr)):
            said[f"{' '.join(words)} {stream}"] = text
    files = {
        path.relative_to(job.root).as_posix(): path
        for folder in ("artifacts", "gates")
        for path in sorted((job.root / folder).rglob("*"))
        if path.is_file() and not _is_input(path.relative_to(job.root))
    }
    files |= {path.name: path for path in job.home.glob("GITHUB_*")}
    said |= {name: plain_bytes(path).decode(errors="replace") for name, path in files.items()}
    found = {
        name: faults
        for name, text in said.items()
        if not any(part in name for part in _CANONICAL)
        and (faults := list(acting(text, may_annotate=name in ANNOTATED))[:3])
    }
    assert {} == found
    # The words did arrive: as text, in what people and programs read.
    for place in (
        "release run stderr",
        "release run --retry --format jsonl stdout",
        "GITHUB_STEP_SUMMARY",
    ):
        assert MARK in said[place], place
    assert any(name.endswith(".log") and MARK in text for name, text in said.items())
    assert not any(LEAK in text for text in said.values())


def _is_input(path: Path) -> bool:
    if path.parts[0] == "gates":
        return path.parts[1] in {"recipes", "policy", "suites", "candidates.toml", "suites.toml"}
    return path.parts[1] in _ITS_OWN
