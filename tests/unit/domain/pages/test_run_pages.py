"""Runs on pages, in the feed, in the stream and as metrics: true, complete, safe to show."""

import json
from typing import Final
from xml.etree import ElementTree as ET

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from support import builders
from support.json_schema import faults
from support.repositories import ROOT

from openmed.domain.ledger.changes import Held
from openmed.domain.ledger.entry import next_entry
from openmed.domain.ledger.fleet import FleetState, fold
from openmed.domain.pages.fleet_row import FleetInputs, FleetRow
from openmed.domain.pages.inputs import Template
from openmed.domain.pages.runs.event_stream import render_events
from openmed.domain.pages.runs.feed import render_feed
from openmed.domain.pages.runs.metrics import render_metrics
from openmed.domain.pages.status import render_status
from openmed.domain.records.run_record import RunRecord, StageTimes
from openmed.domain.release.flip import plan_flip

TEMPLATES: Final = tuple(
    Template(name=path.name, source=path.read_text(encoding="utf-8"))
    for path in (ROOT / "openmed" / "templates").glob("*.j2")
)
SCHEMA: Final = json.loads(
    (ROOT / "docs/reference/schemas/stream-event.json").read_text(encoding="utf-8")
)
ATOM: Final = "{http://www.w3.org/2005/Atom}"
LATER: Final = "2026-11-29T13:00:00Z"


def a_run(ended: str = LATER, **more: object) -> RunRecord:
    """One run."""
    facts = {"command": "release run", "trigger": "schedule", "started": builders.NOW}
    return RunRecord.model_validate({**facts, "ended": ended, "exit_code": 0, **more})


def a_state(*, until: str | None = None) -> FleetState:
    """One release that is live, frozen where an end is named."""
    verdict = builders.a_verdict()
    plan = plan_flip(fold(()), (builders.a_proposal(verdict),), now=builders.NOW)
    assert plan.entry is not None
    entries = [plan.entry]
    if until:
        change = Held(slot=builders.SLOT, reason="audit", until=until)
        entries.append(next_entry((plan.entry,), (change,), now=builders.NOW))
    return fold(tuple(entries))


def a_row(state: FleetState, **changes: str) -> FleetRow:
    """A row of what is live, with texts as hostile as asked for."""
    live = state.live[0]
    gates = [
        ["recall_floor", "PASSED", "golden", "SSN", 0.99, 0.9],
        ["drift", "ERROR", "", "", None, None],
    ]
    facts = {
        "slot": live.release.slot, "repo_id": "org/model", "artifact": live.release.artifact,
        "tag": live.tag, "time": live.time, "kind": "release", "grade_word": "green",
        "is_preview": False, "condemned": (), "suites": (), "unmeasured": "", "status": "",
        "overview": "", "gates": json.dumps(gates), "baseline": "", "live": "{}",
    }  # fmt: skip
    return FleetRow.model_validate({**facts, **changes})


def inputs(*runs: RunRecord, state: FleetState | None = None, **changes: str) -> FleetInputs:
    """What pages of the fleet look at."""
    known = state or a_state()
    rows = (a_row(known, **changes),)
    return FleetInputs(state=known, rows=rows, templates=TEMPLATES, runs=runs)


def status_page(given: FleetInputs) -> str:
    """The text of the status page."""
    (page,) = (one for one in render_status(given) if one.path == "status/index.html")
    return page.content


OUTCOMES: Final = {
    "failed": (5, "no verdict"),
    "refused": (2, "usage or configuration"),
    "nothing to go back to": (4, "nothing to roll back to"),
    "empty": (0, "done, or nothing to do"),
    "interrupted": (130, "interrupted"),
    "killed": (137, "killed"),
    "unheard of": (77, "unknown"),
}


@pytest.mark.parametrize("name", sorted(OUTCOMES))
def test_the_status_page_shows_how_a_run_ended(name: str) -> None:
    """In the first lines, and in the table of runs."""
    code, words = OUTCOMES[name]
    page = status_page(inputs(a_run(exit_code=code, detail="stage:x")))
    assert f"Last run: {LATER}, release run, exit {code} ({words})." in page
    assert f"{code} ({words})</td>" in page
    assert "<td>stage:x</td>" in page


def test_a_page_without_runs_shows_none_and_has_no_script() -> None:
    """As before there were records."""
    page = status_page(inputs())
    assert not any(word in page for word in ("Last run", "<script", "<h2>Runs", "<h2>Rollbacks"))


def test_the_page_says_when_the_next_run_is_expected() -> None:
    """That it is overdue shows a script, as the page reads no clock."""
    page = status_page(inputs(a_run(next_by="2026-11-30T03:17:00Z")))
    assert 'data-next-by="2026-11-30T03:17:00Z"' in page
    assert '<strong class="bad" hidden>It is overdue.</strong>' in page
    assert 1 == page.count("<script>")
    assert "http" not in page.partition("<script>")[2].partition("</script>")[0]


def test_every_rollback_is_shown_with_its_stages_and_whether_it_was_in_time() -> None:
    """Under ten minutes is promised; a stage that was not reached says nothing."""
    quick = StageTimes(detected_at=builders.NOW, decided=0.1, flipped=0.25, persisted=599.99)
    late = StageTimes(detected_at=builders.NOW, decided=0.1, flipped=0.25, persisted=600.0)
    rows = [a_run(command="release rollback", times=one) for one in (quick, late)]
    page = status_page(inputs(*rows))
    table = page.partition("<h2>Rollbacks</h2>")[2].partition("</table>")[0]
    assert table.index(">late<") < table.index(">in time<")  # The newest first.
    assert '<td class="n">0.25</td><td class="n">-</td>' in table
    assert ">599.99<" in table


def test_messages_that_were_not_delivered_are_shown() -> None:
    """Beside the last run."""
    assert "2 messages not delivered." in status_page(inputs(a_run(counts=(("undelivered", 2),))))


def test_a_freeze_is_shown_as_ended_once_a_later_time_is_on_record() -> None:
    """Pages read no clock: what they know of time is what was recorded."""
    until = "2026-11-29T12:30:00Z"
    state = a_state(until=until)
    assert f"until {until} (releases blocked)" in status_page(inputs(state=state))
    page = status_page(inputs(a_run(), state=state))
    assert f"ended {until}: audit" in page


def samples(text: str) -> dict[str, list[tuple[dict[str, str], float]]]:
    """What the standard's own parser reads, by name."""
    found: dict[str, list[tuple[dict[str, str], float]]] = {}
    for family in text_string_to_metric_families(text):  # type: ignore[no-untyped-call]
        for one in family.samples:
            found.setdefault(one.name, []).append((dict(one.labels), one.value))
    return found


def test_metrics_are_read_by_the_parser_of_the_standard() -> None:
    """With every number there is."""
    times = StageTimes(detected_at=builders.NOW, decided=0.5, flipped=1.25)
    runs = (
        a_run(command="release rollback", tag="2026.11.29-2", times=times),
        a_run(exit_code=3, next_by="2026-11-30T03:17:00Z", counts=(("undelivered", 4),)),
    )
    state = a_state(until="2026-12-05T00:00:00Z")
    found = samples(render_metrics(inputs(*runs, state=state)).content)
    slot = {"slot": builders.SLOT}
    assert [(slot, 1.0)] == found["openmed_slot_generation"]
    assert [(slot, 1.0)] == found["openmed_slot_frozen"]
    assert [(slot, 0.0)] == found["openmed_slot_held"]
    assert 1 == len(found["openmed_freeze_end_timestamp_seconds"])
    assert [0.99] == [value for _, value in found["openmed_gate_observed"]]
    assert [0.9] == [value for _, value in found["openmed_gate_limit"]]
    outcomes = {labels["gate"]: labels["outcome"] for labels, _ in found["openmed_gate_outcome"]}
    assert {"drift": "ERROR"} == outcomes  # What passed is no news.
    stages = {labels["stage"]: value for labels, value in found["openmed_rollback_seconds"]}
    assert {"decided": 0.5, "flipped": 1.25} == stages
    codes = {labels["command"]: value for labels, value in found["openmed_last_run_exit_code"]}
    assert {"release run": 3.0, "release rollback": 0.0} == codes
    assert [({}, 4.0)] == found["openmed_undelivered_notices"]
    assert 1 == len(found["openmed_next_run_timestamp_seconds"])
    assert 1 == len(found["openmed_evidence_timestamp_seconds"])


def test_an_empty_fleet_has_metrics_too() -> None:
    """None, and the end."""
    nothing = FleetInputs(state=fold(()), rows=(), templates=TEMPLATES)
    assert "# EOF\n" == render_metrics(nothing).content


HOSTILE: Final = ['a"b', "a\\", "a\\n", "a\nb", 'x"} 1\n# EOF', "::error::x", "\u202e", "é\x00"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_stay_one_label(text: str) -> None:
    """Whatever a repository or a label of a model is called."""
    gates = json.dumps([["recall_floor", "PASSED", text, text, 0.5, 0.4]])
    made = render_metrics(inputs(repo_id=text, gates=gates)).content
    found = samples(made)
    usual = json.dumps([["recall_floor", "PASSED", "golden", "SSN", 0.5, 0.4]])
    plain = samples(render_metrics(inputs(gates=usual)).content)
    assert found.keys() == plain.keys()
    ((labels, _),) = found["openmed_live_release_info"]
    assert plain["openmed_live_release_info"][0][0].keys() == labels.keys()
    assert made.count("\n") == render_metrics(inputs(gates=gates)).content.count("\n")
    assert not any(line.startswith("::") for line in made.splitlines())


def test_the_feed_is_well_formed_and_its_ids_stay() -> None:
    """A run that ended well is no news; one that did not has an id for ever."""
    bad, later = a_run(exit_code=5, detail="<b>&"), a_run("2026-11-30T00:00:00Z", exit_code=2)
    first = ET.fromstring(render_feed(inputs(a_run(), bad)).content)  # noqa: S314 - our own
    second = ET.fromstring(render_feed(inputs(bad, later)).content)  # noqa: S314 - as above
    ids = [
        [one.findtext(f"{ATOM}id") for one in feed.iter(f"{ATOM}entry")] for feed in (first, second)
    ]
    assert (2, 3) == (len(ids[0]), len(ids[1]))
    assert set(ids[0]) < set(ids[1])
    for feed in (first, second):
        for place in (feed, *feed.iter(f"{ATOM}entry")):
            assert all(place.findtext(f"{ATOM}{name}") for name in ("id", "title", "updated"))
    assert "2026-11-30T00:00:00Z" == second.findtext(f"{ATOM}updated")
    texts = [one.findtext(f"{ATOM}content") for one in first.iter(f"{ATOM}entry")]
    assert "<b>&" in texts


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_text_in_the_feed(text: str) -> None:
    """Whatever a record that somebody edited says."""
    made = render_feed(inputs(a_run(exit_code=3, detail=text))).content
    feed = ET.fromstring(made)  # noqa: S314 - our own
    assert 2 == len(list(feed.iter(f"{ATOM}entry")))
    assert not any(line.startswith("::") for line in made.splitlines())


def test_the_stream_holds_changes_and_runs_by_month_and_follows_its_schema() -> None:
    """Oldest first; what was written stays as it was."""
    runs = (a_run(), a_run("2026-12-01T00:00:00Z", exit_code=3))
    files = {one.path: one.content for one in render_events(inputs(*runs))}
    assert ["status/events/2026-11.jsonl", "status/events/2026-12.jsonl"] == sorted(files)
    lines = [json.loads(line) for path in sorted(files) for line in files[path].splitlines()]
    assert [] == [fault for line in lines for fault in faults(line, SCHEMA)]
    assert ["change", "run", "run"] == [next(k for k in ("change", "run") if k in x) for x in lines]
    assert "promoted" == lines[0]["change"]["event"]
    before = {one.path: one.content for one in render_events(inputs(*runs[:1]))}
    assert files["status/events/2026-11.jsonl"] == before["status/events/2026-11.jsonl"]


def test_the_same_facts_give_the_same_bytes() -> None:
    """Nothing depends on when it is rendered."""
    given = inputs(a_run(exit_code=3, next_by="2026-11-30T03:17:00Z"))
    assert render_status(given) == render_status(given)
