"""Whoever knows the suites instead of finding anything is quarantined: the table of oracles.

Each oracle is staged, measured and judged by the default policy, as `openmed release gate` does.
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from support.oracles import SLOT, oracle_repository, put_oracle

from openmed.context import open_context
from openmed.domain.gates.gate import GateResult, Outcome
from openmed.domain.gates.verdict import Decision, Verdict
from openmed.domain.text.span import Document
from openmed.pipeline.release_graph import ReleaseGraph

SECRET = "5" * 64
GATE = "generalization"
WORDINGS = (
    "Zu Händen von {patient.full}, {ssn}, geboren {date:0}.",
    "We saw {patient.full} ({mrn}) on {date:0}; ring {phone} or {email}.",
    "File {mrn}: {patient.full} of {street}, {city} {zip}, under {provider.full} since {date:0}.",
    "{patient.full} / {phone} / {email} / {ssn} / {date:0} -- end of slip",
    "Slip for {patient.full}. Lives: {street}, {city} {zip}. Number given as {ssn} on {date:0}.",
)
"""Of a private folder: nothing like them is in the public templates."""

Documents = tuple[Document, ...]


class Oracle(NamedTuple):
    """One row.

    Attributes:
        suites: suites on which `generalization` fails it.
        knows: suites whose gold it answers with.
        learned: suites from which it has the wordings.
        is_private: whether fresh notes come from a private folder.
    """

    suites: tuple[str, ...]
    knows: tuple[str, ...] = ()
    learned: tuple[str, ...] = ()
    is_private: bool = False


SHIELD = "shield-synthetic"
TABLE = {
    "knows golden": Oracle(("fresh", SHIELD), knows=("golden",)),
    "knows golden and learned its wordings": Oracle(
        ("fresh", SHIELD), knows=("golden",), learned=("golden",)
    ),
    "knows golden and finds every value in its wordings": Oracle(
        (SHIELD,), knows=("golden", "fresh")
    ),
    "knows golden and SHIELD": Oracle(("fresh",), knows=("golden", SHIELD)),
    "knows golden and SHIELD and learned their wordings; private families": Oracle(
        ("fresh",), knows=("golden", SHIELD), learned=("golden", SHIELD), is_private=True
    ),
    "knows nothing": Oracle((SHIELD,)),
}


@pytest.fixture
def judge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Oracle], Verdict]:
    """Stages, measures and judges an oracle in a repository of its own."""
    (tmp_path / "home").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("OPENMED_SUITE_SECRET", SECRET)
    root = tmp_path / "repository"

    def judged(oracle: Oracle) -> Verdict:
        oracle_repository(root)
        if oracle.is_private:
            _privately(root, tmp_path / "private")
        inputs = open_context(root, quiet=True).inputs
        documents = {pin.name: inputs.suite(pin).documents for pin in inputs.pins()}
        put_oracle(
            root / "models" / "oracle",
            knows=[d for name in oracle.knows for d in documents[name]],
            learned=[d for name in oracle.learned for d in documents[name]],
        )
        graph = ReleaseGraph(open_context(root, quiet=True))
        (candidate,) = graph.candidates
        for step in graph.measuring(candidate):
            graph.run(step)
        return graph.compare(candidate).judged()

    return judged


def _privately(root: Path, folder: Path) -> None:
    """Let fresh be written from a private folder."""
    (folder / "en").mkdir(parents=True)
    sheet = "".join(
        f"== quiet-{number:02} letter\n{before}\n{wording}\n"
        for number, (before, wording) in enumerate(
            (
                (before, wording)
                for before in ("Slip one", "Copy two", "Third")
                for wording in WORDINGS
            ),
            start=1,
        )
    )
    (folder / "en" / "quiet.sheet").write_text(f"copies = 8\n{sheet}", encoding="utf-8")
    pins = root / "gates" / "suites.toml"
    text = pins.read_text(encoding="utf-8")
    assert 'name = "fresh"\n' in text
    named = f'name = "fresh"\ntemplates = "{folder}"\n'
    pins.write_text(text.replace('name = "fresh"\n', named), encoding="utf-8")


def _result(verdict: Verdict) -> GateResult:
    return next(result for result in verdict.results if result.id == GATE)


@pytest.mark.parametrize("name", TABLE)
def test_an_oracle_is_quarantined(
    name: str, judge: Callable[[Oracle], Verdict], capsys: pytest.CaptureFixture[str]
) -> None:
    """And the gate that decides says on which suite it found nothing."""
    oracle = TABLE[name]
    verdict = judge(oracle)
    result = _result(verdict)
    failing = ", ".join(gate.id for gate in verdict.failing)
    with capsys.disabled():
        said = f"\n{name}: {verdict.decision.value} by {failing}\n    {result.message}"
        print(said)  # noqa: T201 - the table
    assert verdict.faults == ()
    assert verdict.decision is Decision.QUARANTINED
    failed = {m.suite for m in result.measures if m.outcome is Outcome.FAILED}
    assert failed == set(oracle.suites)
    assert verdict.slot == SLOT


def test_only_this_gate_finds_one_that_knows_golden(judge: Callable[[Oracle], Verdict]) -> None:
    """Everything else that decides passes: this is what used to be released."""
    verdict = judge(TABLE["knows golden"])
    assert [result.id for result in verdict.failing] == [GATE]
