"""Pages made piece by piece are those made at once from all evidence, byte for byte.

After any sequence of flips, rollbacks, waivers, freezes and keys, with pages that were edited,
cut or deleted, and with a cache that is missing, torn, random or of another day.
"""

import os
import random
import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from support import builders
from support.places import BACK, LEAKS, SLOT, Place
from support.repositories import MEMORY

from openmed.adapters.keys.dsse import FileSigner
from openmed.app.maintenance import recover
from openmed.domain.attestation.verifier import Role
from openmed.domain.digest import canonical_json
from openmed.domain.ledger.changes import Promoted
from openmed.domain.pages.inputs import verified_release
from openmed.domain.release.rollback_options import Request, Where
from openmed.domain.wire import plain
from openmed.errors import OpenMedError
from openmed.pipeline.regeneration import derived_steps, regenerate

SLOTS = (SLOT, "ner::base::onnx", "phi::tiny::pytorch::v2")
CONTENTS = st.sampled_from(("a", "b", "c", "d"))
NEVER = "2027-01-01T23:59:59Z"


class Pages(RuleBasedStateMachine):
    """Three slots, and everything that may move them or what is shown of them."""

    def __init__(self) -> None:
        """An empty repository, and a person who may waive."""
        super().__init__()
        self.root = Path(tempfile.mkdtemp(dir=MEMORY if MEMORY.is_dir() else None))
        self.minutes = 0
        self.people = 0
        self.kept: dict[Path, bytes] = {}
        self._place().person("alice", Role.WAIVE)

    def teardown(self) -> None:
        """Nothing stays."""
        shutil.rmtree(self.root, ignore_errors=True)

    @rule(content=CONTENTS, is_green=st.booleans())
    def flip(self, content: str, *, is_green: bool) -> None:
        """By the step, which names a summary; a live release may fail, and pass again."""
        place, data, covered = self._place(), content.encode(), None if is_green else LEAKS
        verdict = place.verdict(data, covered=covered)
        place.offer(verdict, place.signed(verdict), content=data, covered=covered)
        place.flip()

    @rule(content=CONTENTS, slot=st.sampled_from(SLOTS[1:]))
    def release(self, content: str, slot: str) -> None:
        """As an earlier engine, which names none."""
        place = self._place()
        state, artifact = place.releases.state(), builders.artifact_of(content.encode())
        live = state.live_in(slot)
        is_refused = state.is_quarantined(artifact) or state.freeze_of(slot)
        if not is_refused and (live is None or live.release.artifact != artifact):
            place.release(content.encode(), slot=slot)

    @rule(slot=st.sampled_from(SLOTS), is_revoking=st.booleans())
    def rollback(self, slot: str, *, is_revoking: bool) -> None:
        """Or there is nothing to go back to."""
        if self._place().releases.state().live_in(slot):
            where = Where(family=slot.partition("::")[0])
            changed = {"where": where, "is_revoking": is_revoking}
            self._place().roll_back(Request.model_validate({**BACK.model_dump(), **changed}))

    @rule(slot=st.sampled_from(SLOTS))
    def hold(self, slot: str) -> None:
        """Freeze, or thaw."""
        place = self._place()
        if place.releases.state().freeze_of(slot):
            place.hold.thaw(slot, reason="the audit is over")
        elif place.releases.state().generation_of(slot):
            place.hold.freeze(slot, reason="an audit")

    @rule(data=st.data())
    def waive(self, data: st.DataObject) -> None:
        """Somebody lifts a quarantine, if it may be."""
        place = self._place()
        rows = sorted({row.fact.artifact for row in place.releases.state().quarantines})
        if not rows:
            return
        alice = FileSigner(place.keys, file=self.root / "alice.pem")
        try:
            place.lift.waive(
                alice,
                data.draw(st.sampled_from(rows)),
                reason="gold was wrong",
                expires=NEVER,
                is_recording=True,
            )
        except OpenMedError:
            return

    @rule()
    def key(self) -> None:
        """Another key is listed, or the judge's is replaced."""
        self.people += 1
        self._place().person(f"person{self.people}", Role.MEASURE)
        if self.people % 2:
            self._place().rotate()

    @rule(seed=st.integers(0, 2**16), how=st.sampled_from(("edit", "cut", "delete")))
    def page(self, seed: int, how: str) -> None:
        """A file that was written is changed by hand, its time stamp as it was."""
        files = sorted(path for path in (self.root / "artifacts/trust").rglob("*.*"))
        if not files:
            return
        path = random.Random(seed).choice(files)
        facts = path.stat()
        match how:
            case "edit":
                data = bytearray(path.read_bytes())
                data[len(data) // 2] ^= 1
                path.write_bytes(data)
                os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))
            case "cut":
                os.truncate(path, facts.st_size // 2)
            case _:
                path.unlink()

    @rule(seed=st.integers(0, 2**16), how=st.sampled_from(("delete", "cut", "random", "older")))
    def cache(self, seed: int, how: str) -> None:
        """What earlier runs left is gone, torn, noise, or of another day."""
        files = sorted((self.root / "artifacts/page-cache").glob("*.json"))
        if not files:
            return
        path = random.Random(seed).choice(files)
        data = path.read_bytes()
        match how:
            case "delete":
                path.unlink()
            case "cut":
                path.write_bytes(data[: seed % (len(data) + 1)])
            case "random":
                path.write_bytes(random.Random(seed).randbytes(200))
            case _:
                path.write_bytes(self.kept.get(path, data))
        self.kept.setdefault(path, data)

    @invariant()
    def same_as_from_nothing(self) -> None:
        """Every file of every kind, and no other."""
        world = self._place().world
        for done in regenerate(world):
            assert done.fault is None, done
        assert_from_nothing(self.root)

    def _place(self) -> Place:
        """The repository as a new process sees it, a minute later."""
        self.minutes += 1
        now = datetime.fromisoformat(builders.NOW) + timedelta(minutes=self.minutes)
        return Place(self.root, now=now.strftime("%Y-%m-%dT%H:%M:%SZ"))


def assert_from_nothing(root: Path) -> None:
    """What is on disk is what all evidence gives."""
    made: set[str] = set()
    for step in derived_steps(Place(root).world):
        files = step.files()
        assert [path for path, is_whole in files if not is_whole] == [], step.kind
        made |= {path for path, _ in files if step.kind != "records"}
    trust = root / "artifacts/trust"
    there = {path.relative_to(trust).as_posix() for path in trust.rglob("*") if path.is_file()}
    assert there == made


TestPages = Pages.TestCase
TestPages.settings = settings(
    max_examples=4,
    stateful_step_count=9,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Three slots, each in its second release, all pages made and noted."""
    place = Place(tmp_path)
    for slot in SLOTS:
        for content in (b"first", b"second"):
            place.release(content, slot=slot)
    tuple(regenerate(place.world))
    return Place(tmp_path)


def _inodes(root: Path) -> dict[str, int]:
    """A file that is written anew is another file."""
    trust = root / "artifacts/trust"
    return {
        path.relative_to(trust).as_posix(): path.stat().st_ino
        for path in trust.rglob("*")
        if path.is_file()
    }


def test_only_the_pages_of_what_moved_are_written(place: Place) -> None:
    """And those of the fleet; reports of other slots are not opened."""
    before = _inodes(place.root)
    others = {
        row.report
        for live in place.releases.state().live
        if live.release.slot != SLOT
        for row in live.release.reports
    }
    place.roll_back()
    for digest in others:
        (place.root / f"gates/evidence/{digest}.json").rename(place.root / digest)
    results = tuple(regenerate(Place(place.root).world))
    for digest in others:
        (place.root / digest).rename(place.root / f"gates/evidence/{digest}.json")
    assert [result.fault for result in results] == [None] * len(results)
    after = _inodes(place.root)
    written = {path for path in after if before.get(path) != after[path]}
    assert written == {
        "benchmarks/pii--tiny--onnx/index.html",
        "cards/pii--tiny--onnx/README.md",
        "cards/pii--tiny--onnx/index.html",
        "index.html",
        "leaderboard/index.html",
        "feed.atom",
        "metrics.txt",
        f"status/events/{builders.NOW[:7]}.jsonl",
        "status/index.html",
        "status/status.json",
    } - {path for path in before if before[path] == after.get(path)}
    assert "cards/pii--tiny--onnx/index.html" in written
    assert_from_nothing(place.root)


def test_what_stands_and_is_wrong_is_made_again_by_recover(place: Place) -> None:
    """Also where page, record and cache agree with each other, but not with the evidence."""
    world = place.world
    page = place.root / "artifacts/trust/cards/pii--tiny--onnx/index.html"
    page.write_text(page.read_text().replace("Tiny", "Tinier"))
    (cards,) = (step for step in derived_steps(world) if step.kind == "cards")
    made = world.products.read("", cards.name, cards.product_type)
    assert made is not None
    listing = made.value.model_dump()["listing"]
    (line,) = (row for row in listing.splitlines() if row.endswith("pii--tiny--onnx/index.html"))
    (digest,) = world.pages.digests(("cards/pii--tiny--onnx/index.html",))
    lying = listing.replace(line, f"{digest} {line.partition(' ')[2]}")
    value = type(made.value).model_validate({**made.value.model_dump(), "listing": lying})
    world.products.write("", cards.name, made.materials, value)
    tuple(regenerate(Place(place.root).world))
    assert "Tinier" in page.read_text()
    assert recover(Place(place.root).world).derived == ("cards: cards/pii--tiny--onnx/index.html",)
    assert "Tinier" not in page.read_text()


def _promoted(place: Place) -> Promoted:
    live = place.releases.state().live_in(SLOT)
    assert live is not None
    return live.release


def test_a_flip_names_the_summary_of_what_it_releases(place: Place) -> None:
    """Among its evidence, and `verify` finds it to be what the evidence gives."""
    verdict = place.verdict(b"third")
    place.offer(verdict, place.signed(verdict), content=b"third")
    place.flip()
    tuple(regenerate(Place(place.root).world))
    release, entry = _promoted(place), place.releases.state().entries[-1]
    assert release.summary in entry.evidence
    assert entry.schema_ == "openmed.entry/3"
    assert Place(place.root).verify().faults == ()


def test_a_summary_that_lies_is_named(place: Place) -> None:
    """Chain and signature are right, and yet its numbers are not those of the reports."""
    state = place.releases.state()
    (live,) = (row for row in state.live if row.release.slot == SLOT)
    evidence = place.releases.evidence
    verify = place.verifiers.recorded(evidence)
    record = verified_release(live, state=state, evidence=evidence, verify=verify)
    told = plain(record.shown.summary)
    assert isinstance(told, dict)
    lie = canonical_json({**told, "artifact": builders.artifact_of(b"third"), "gates": []})
    place.release(b"third", summary=lie)
    (fault,) = Place(place.root).verify().faults
    assert "its summary" in fault
    tuple(regenerate(Place(place.root).world))
    wrong = [path for step in derived_steps(Place(place.root).world) for path in step.outdated()]
    assert "cards/pii--tiny--onnx/index.html" in wrong


def test_a_summary_that_cannot_be_read_is_drawn_again(place: Place) -> None:
    """One of a later engine, say; the pages are the same, and `verify` says it."""
    place.release(b"third", summary=b'{"schema":"openmed.release-summary/9"}')
    tuple(regenerate(Place(place.root).world))
    assert_from_nothing(place.root)
    assert len(Place(place.root).verify().faults) == 1
