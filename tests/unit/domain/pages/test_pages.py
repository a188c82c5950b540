"""Pages tell the truth, the whole of it, and nothing but text that is safe to show."""

import importlib.resources
import json
from html.parser import HTMLParser
from pathlib import PurePosixPath

import pytest
from support import builders

from openmed.domain.candidates.candidate import Candidate
from openmed.domain.evaluation.performance import IsolationReport, PerformanceReport
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.gates.policy import Policy
from openmed.domain.inference.predictions import Runtime
from openmed.domain.ledger.fleet import FleetState, fold
from openmed.domain.pages.inputs import ReleaseRecord, RenderedFile, Template, TrustInputs
from openmed.domain.pages.leaderboard import Ranked, rank_ranges
from openmed.domain.pages.renderers import RENDERERS
from openmed.domain.release.flip import plan_flip
from openmed.domain.text.markdown import markdown_safe
from openmed.domain.text.number_format import share_down, share_up
from openmed.domain.wire import dump, from_plain, parse, plain, read_table

# Read while tests are collected: tests of the core may not touch a file when they run.
TEMPLATES = tuple(
    Template(name=file.name, source=file.read_text(encoding="utf-8"))
    for file in importlib.resources.files("openmed").joinpath("templates").iterdir()
    if file.name.endswith(".j2")
)
BAD = {"PATIENT_NAME": 10, "SSN": 100}
VOID = {"meta", "link", "br", "rect", "hr", "img"}


def _inputs(*, candidate: Candidate | None = None, policy: Policy | None = None) -> TrustInputs:
    row, rule = candidate or builders.a_candidate(), policy or builders.a_policy()
    verdict = builders.a_verdict(candidate=row, policy=rule)
    proposal = builders.a_proposal(verdict, candidate=row, policy=rule)
    plan = plan_flip(fold(()), (proposal,), now=builders.NOW)
    assert plan.entry is not None
    state = fold((plan.entry,))
    staged = builders.a_staged(row)
    record = ReleaseRecord(
        live=state.live[0],
        verdict=verdict,
        verifier="local",
        reports=(builders.a_report(staged, candidate=row),),
        performance=builders.a_performance(staged),
    )
    return _of(state, record)


ISOLATED = IsolationReport(layers=("files: landlock 7, seccomp", "network: seccomp"), waiver=None)
OPEN = IsolationReport(layers=(), waiver="our own code")
NOTHING = IsolationReport(layers=(), waiver=None)


@pytest.mark.parametrize(
    ("isolation", "said"),
    [
        (
            ISOLATED,
            "Isolation while it was measured: files: landlock 7, seccomp; network: seccomp",
        ),
        (OPEN, "Isolation: **none** while its code was measured: our own code"),
        (NOTHING, "Isolation while it was measured: none"),
        (None, ""),
    ],
    ids=["isolated", "waived", "no code of its own", "an earlier report"],
)
def test_the_card_says_what_isolated_the_model(
    isolation: IsolationReport | None, said: str
) -> None:
    """Or that nothing did, and why that was allowed; earlier reports do not know."""
    inputs = _inputs()
    (record,) = inputs.releases
    assert record.performance is not None
    performance = PerformanceReport.model_validate(
        {**record.performance.model_dump(), "isolation": isolation}
    )
    shown = ReleaseRecord.model_validate({**dict(record), "performance": performance})
    files = _all(_of(inputs.state, shown))
    (card,) = (text for path, text in files.items() if path.endswith(".md"))
    assert [line for line in card.splitlines() if "Isolation" in line] == (
        [f"- {said}"] if said else []
    )
    assert all(
        ("<dt>Isolation" in t) == bool(said)
        for p, t in files.items()
        if p.startswith("cards/") and p.endswith(".html")
    )


def _of(state: FleetState, *records: ReleaseRecord) -> TrustInputs:
    return TrustInputs(state=state, releases=records, pins=(builders.a_pin(),), templates=TEMPLATES)


def _all(inputs: TrustInputs) -> dict[str, str]:
    files: tuple[RenderedFile, ...] = ()
    for _, render in RENDERERS:
        files += render(inputs)
    return {file.path: file.content for file in files}


class _Page(HTMLParser):
    """Follows open tags, collects links, ids and what would be fetched."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.links: list[str] = []
        self.outside: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.links += [v for k, v in attrs if k == "href" and v and not v.startswith("#")]
        self.outside += [v for k, v in attrs if k in {"src", "href"} and v and "//" in v]
        if tag == "th" and "scope" not in values:
            self.faults.append("th without scope")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")


def _parse(text: str) -> _Page:
    page = _Page()
    page.feed(text)
    return page


def _html(files: dict[str, str]) -> dict[str, str]:
    return {path: text for path, text in files.items() if path.endswith(".html")}


@pytest.mark.parametrize("state", ["released", "nothing live"])
def test_every_page_is_whole_and_alone(state: str) -> None:
    """Tags match, headers have a scope, nothing is fetched from elsewhere."""
    inputs = _inputs() if state == "released" else _of(fold(()))
    for path, text in _html(_all(inputs)).items():
        page = _parse(text)
        assert (path, page.faults, page.open, page.outside) == (path, [], [], [])
        assert text.endswith("</html>\n")


def test_every_link_leads_to_a_page() -> None:
    """From wherever it stands."""
    files = _all(_inputs())
    for path, text in _html(files).items():
        for link in _parse(text).links:
            steps = [*PurePosixPath(path).parent.parts, *PurePosixPath(link).parts]
            place: list[str] = []
            for step in steps:
                place = place[:-1] if step == ".." else [*place, step]
            assert "/".join(place) in files, (path, link)


def test_the_same_ledger_gives_the_same_bytes() -> None:
    """No clock, no order of chance."""
    assert _all(_inputs()) == _all(_inputs())


def test_a_preview_is_never_shown_as_green() -> None:
    """On no page, in no format."""
    for path, text in _all(_inputs(policy=builders.a_policy(grade="preview"))).items():
        assert "operational</span>" not in text, path
        assert "> released</span>" not in text, path
        if path.startswith(("cards", "benchmarks")):
            assert "released (preview)" in text, path


def test_a_green_release_is_shown_as_released() -> None:
    """And its slot as operational."""
    files = _all(_inputs())
    assert "> operational</span>" in files["status/index.html"]
    assert "preview" not in files["cards/pii--tiny--onnx/index.html"]


def test_a_benchmark_card_shows_whole_spans_beside_what_is_gated() -> None:
    """Each schema of SemEval-2013, and that no gate looks at it."""
    card = _all(_inputs())["benchmarks/pii--tiny--onnx/index.html"]
    assert "no gate uses them" in card
    for name in ("strict", "exact", "partial", "type"):
        assert f'<th scope="row">{name}</th>' in card


HOSTILE = "<script>alert(1)</script> | `x` [a](javascript:b)"


def test_hostile_words_stay_words() -> None:
    """In a title that a stranger wrote into the queue."""
    files = _all(_inputs(candidate=builders.a_candidate(title=HOSTILE)))
    for path, text in files.items():
        if not path.endswith(".json"):
            assert "<script" not in text, path
    assert "[a](javascript" not in files["cards/pii--tiny--onnx/README.md"]


def test_markdown_stays_on_one_line() -> None:
    """A title cannot open a heading or a table row of its own."""
    assert "\n" not in markdown_safe("a\n# b | c")
    assert "\\|" in markdown_safe("a | b")


def test_nothing_live_is_said_plainly() -> None:
    """With the command that changes it."""
    page = _all(_of(fold(())))["status/index.html"]
    assert "No release yet." in page
    assert "openmed release run" in page


def test_a_quarantine_is_shown_with_its_reasons() -> None:
    """Gate and numbers."""
    verdict = builders.a_verdict(covered=BAD)
    plan = plan_flip(fold(()), (builders.a_proposal(verdict),), now=builders.NOW)
    assert plan.entry is not None
    page = _all(_of(fold((plan.entry,))))["status/index.html"]
    assert "PATIENT_NAME recall 10.00 % (100 spans), floor 90 %" in page


def test_a_hundred_percent_means_all() -> None:
    """Good is rounded down, bad is rounded up."""
    assert share_down(99_999, 100_000) == "99.99 %"
    assert share_down(1, 1) == "100.00 %"
    assert share_up(1, 1_000_000) == "0.01 %"
    assert share_up(0, 5) == "0.00 %"


def test_no_denominator_is_no_data() -> None:
    """Never 0 and never 100."""
    assert (share_down(0, 0), share_up(0, 0)) == ("no data", "no data")


def test_what_was_not_measured_is_not_ranked() -> None:
    """A model without a report of a suite stands below, with the reason."""
    one = _inputs()
    record = one.releases[0]
    bare = ReleaseRecord(
        live=record.live, verdict=record.verdict, verifier="local", reports=(), performance=None
    )
    page = _all(_of(one.state, record, bare))["leaderboard/index.html"]
    assert "not measured on this suite" in page


def test_a_model_does_not_rank_higher_for_declaring_less() -> None:
    """Recall over all gold ranks; both recalls are told, on every page."""
    found = {"all": {"PATIENT_NAME": 80, "SSN": 90}, "less": {"PATIENT_NAME": 0, "SSN": 100}}
    declared = {"all": ("PATIENT_NAME", "SSN"), "less": ("SSN",)}
    records = []
    for line, labels in declared.items():
        row = builders.a_candidate(slot=f"{builders.SLOT}::{line}", title=f"Model {line}")
        row = Candidate.model_validate({**row.model_dump(), "labels": labels})
        one = _inputs(candidate=row).releases[0]
        report = builders.a_report(builders.a_staged(row), candidate=row, covered=found[line])
        records.append(
            ReleaseRecord(
                live=one.live,
                verdict=one.verdict,
                verifier="local",
                reports=(report,),
                performance=None,
            )
        )
    pages = _all(_of(fold(()), *reversed(records)))
    board = pages["leaderboard/index.html"]
    assert board.index("Model all") < board.index("Model less")
    assert "85.00 %" in board
    assert ("50.00 %" in board, "100.00 %" in board) == (True, True)
    assert "1 of 2" in board
    for path in (f"cards/{name}/{file}" for name in ("pii--tiny--onnx--less",)
                 for file in ("index.html", "README.md")):  # fmt: skip
        card = pages[path]
        assert "All items fully redacted" in card
        assert ("50.00 %" in card, "100.00 %" in card) == (True, True)
    benchmark = pages["benchmarks/pii--tiny--onnx--less/index.html"]
    assert "Recall, declared labels</dt><dd>100.00 %" in benchmark
    assert "Recall, all labels</dt><dd>50.00 %" in benchmark


def test_ranks_are_ranges_when_intervals_overlap() -> None:
    """The evidence does not say which of the two is better."""

    def row(slot: str, low: float, high: float) -> Ranked:
        return Ranked(slot=slot, low=low, recall=low, high=high)

    rows = (row("a", 0.9, 0.95), row("b", 0.94, 0.99), row("c", 0.1, 0.2))
    assert rank_ranges(rows) == {"a": "1-2", "b": "1-2", "c": "3"}


@pytest.mark.parametrize(
    ("library", "runner", "line"),
    [
        ("spacy", "mine", "library_name: spacy\n"),
        ("onnx", "onnx", "library_name: onnx\n"),
        (None, "transformers", "library_name: transformers\n"),
        (None, "rules", ""),
    ],
)
def test_a_card_names_the_library_of_its_runner(
    library: str | None, runner: str, line: str
) -> None:
    """As the report has it; an older report by its runner; else the card has no such line."""
    inputs = _inputs()
    (record,) = inputs.releases
    runtime = Runtime(runner=runner, code=builders.HEX, packages=())
    told = {"library_name": library, "runtime": plain(runtime)}
    recorded = read_table(dump(record.reports[0]), what="report")
    report = from_plain(BenchmarkReport, {**recorded, **told}, what="report")
    seen = ReleaseRecord(
        live=record.live,
        verdict=record.verdict,
        verifier=record.verifier,
        reports=(report,),
        performance=None,
    )
    card = _all(_of(inputs.state, seen))["cards/pii--tiny--onnx/README.md"]
    kept = [each for each in card.splitlines(keepends=True) if each.startswith("library_name")]
    assert "".join(kept) == line


def _card(**told: object) -> str:
    """The card of a release whose report holds what is told."""
    inputs = _inputs()
    (record,) = inputs.releases
    recorded = read_table(dump(record.reports[0]), what="report")
    data = json.dumps({**recorded, **told})
    report = parse(BenchmarkReport, data.encode(), what="report")
    seen = ReleaseRecord(
        live=record.live,
        verdict=record.verdict,
        verifier=record.verifier,
        reports=(report,),
        performance=None,
    )
    return _all(_of(inputs.state, seen))["cards/pii--tiny--onnx/README.md"]


@pytest.mark.parametrize("strategy", ["simple", "first", "average", "max"])
@pytest.mark.parametrize("library", ["onnx", "transformers"])
def test_the_snippet_of_a_card_is_the_call_that_was_measured(strategy: str, library: str) -> None:
    """Decoder, window, stride and threshold, in Python that compiles."""
    facts = {"decoder": f"hf-{strategy}", "window": 512, "stride": 96, "threshold": 0.25}
    card = _card(decoding=facts, library_name=library)
    code = card.partition("```python\n")[2].partition("```")[0]
    compile(code, "card", "exec")
    assert f'aggregation_strategy="{strategy}", stride=96' in code
    assert "model_max_length=512" in code
    assert ">= 0.25" in code
    assert ("ORTModelForTokenClassification" in code) == (library == "onnx")


def test_a_pipeline_without_a_stride_cuts_texts_off_and_the_card_says_so() -> None:
    """`hf-none` has none."""
    facts = {"decoder": "hf-none", "window": 512, "stride": 0, "threshold": 0.25}
    card = _card(decoding=facts)
    assert "cuts a text off after 512 tokens" in card
    assert "stride" not in card.partition("find = ")[2].partition("found =")[2].partition("```")[0]


def test_a_card_of_word_v1_warns_of_the_pipeline() -> None:
    """And a report that names no decoder makes no section."""
    facts = {"decoder": "word-v1", "window": 256, "stride": 32, "threshold": 0.5}
    card = _card(decoding=facts)
    assert "decoder `word-v1` (windows of 256 tokens, stride 32" in card
    assert "```python" not in card
    assert "## How to run it" not in _card()
