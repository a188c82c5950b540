"""Smoke: a model that no longer runs is a regression; a machine that cannot run it is an alarm.

What can go wrong when a model is loaded is generated from the errors themselves; the last tests run
real programs in their jail.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from support import builders
from support.looks import LIMITS
from support.measured_places import MeasuredPlace, measured_place
from support.places import SLOT, Place

from openmed.adapters.disk import atomic
from openmed.adapters.runners.pinned_packages import are_refused
from openmed.app.monitor_status import monitor_status
from openmed.app.release import run_release
from openmed.context.clean_room import clean_room
from openmed.domain.evaluation.performance import IsolationReport
from openmed.domain.inference.predictions import DocumentPredictions, Runtime, Status
from openmed.domain.inference.profile import RunnerProfile
from openmed.domain.monitoring.alarm import AlarmKind
from openmed.domain.monitoring.health.smoke import SmokeTrial, TrialState, smoke_check
from openmed.domain.monitoring.regression_event import RegressionKind
from openmed.domain.text.span import Document, PredictedSpan
from openmed.errors import EvidenceError, ExternalError, MachineError, OpenMedError, UsageError
from openmed.exit_codes import ExitCode
from openmed.ports.execution import LocalSession
from openmed.steps.monitoring.smoke import Smoke

FIRST, SECOND = b"first", b"second"
Answers = Callable[[Sequence[Document]], tuple[DocumentPredictions, ...]]


def _well(documents: Sequence[Document]) -> tuple[DocumentPredictions, ...]:
    return tuple(DocumentPredictions(document=one.id, status=Status.OK) for one in documents)


def _fails_on_one(documents: Sequence[Document]) -> tuple[DocumentPredictions, ...]:
    failed = DocumentPredictions(document=documents[0].id, status=Status.FAILED, fault="ValueError")
    return (failed, *_well(documents)[1:])


def _outside(documents: Sequence[Document]) -> tuple[DocumentPredictions, ...]:
    end = len(documents[0].text) + 1
    span = PredictedSpan(start=0, end=end, label="SSN", score=0.5)
    wrong = DocumentPredictions(document=documents[0].id, status=Status.OK, spans=(span,))
    return (wrong, *_well(documents)[1:])


def _dies(documents: Sequence[Document]) -> tuple[DocumentPredictions, ...]:
    raise ExternalError(f"the child died over {len(documents)}", retryable=True)


class _Runners:
    """Port `Runners`: what a tree does is told by the bytes of its model."""

    def __init__(
        self, loads: dict[bytes, OpenMedError | OSError], answers: dict[bytes, Answers]
    ) -> None:
        self.loads, self.answers = loads, answers
        self.opened: list[bytes] = []
        self.once: set[bytes] = set()

    def runtime(self, runner: str) -> Runtime:
        """Nobody asks."""
        raise NotImplementedError(runner)

    def library_name(self, runner: str) -> str | None:
        """Nobody asks."""
        raise NotImplementedError(runner)

    @contextmanager
    def open(
        self,
        folder: str,
        profile: RunnerProfile,
        *,
        log: str,
        timeout: float,
        isolation_waiver: str | None = None,
    ) -> Iterator[LocalSession]:
        """Load by the model's bytes."""
        assert (profile.runner, isolation_waiver) == ("onnx", None)
        assert log.endswith("smoke.log")
        assert timeout > 0
        content = (Path(folder) / "model.onnx").read_bytes()
        self.opened.append(content)
        if content in self.loads and not (content in self.once and self.opened.count(content) > 1):
            raise self.loads[content]
        yield _Session(self.answers.get(content, _well))


class _Session:
    """Port `LocalSession`."""

    def __init__(self, answers: Answers) -> None:
        self.predict = answers

    @property
    def isolation(self) -> IsolationReport:
        """Nobody asks."""
        raise NotImplementedError

    def peak_memory(self) -> int | None:
        """Nobody asks."""
        raise NotImplementedError

    def abort(self) -> None:
        """Nobody asks."""
        raise NotImplementedError


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Two releases; the second is live, and nothing of them is staged any more."""
    made = Place(tmp_path / "r")
    made.release(FIRST)
    made.release(SECOND)
    for content in (FIRST, SECOND):
        atomic.remove_tree(Path(made.store.path(builders.artifact_of(content))))
    return made


def _try(place: Place, runners: _Runners) -> SmokeTrial:
    state = place.releases.state()
    (live,) = state.live
    with clean_room(place.world) as room:
        step = Smoke(
            registry=place.world.registry,
            store=room.store,
            released=room.released,
            runners=runners,
            remove=room.remove,
            log=lambda slot: place.world.products.log(slot, "smoke"),
            waiver=lambda _: None,
        )
        return step.of(state, live)


def _kinds(trial: SmokeTrial) -> tuple[list[RegressionKind], list[AlarmKind]]:
    check = smoke_check([trial], left_out=0, now=builders.NOW)
    return [event.kind for event in check.events], [alarm.kind for alarm in check.alarms]


Kinds = tuple[list[RegressionKind], list[AlarmKind]]
REGRESSION: Kinds = ([RegressionKind.LOAD_FAILURE], [])
OURS: Kinds = ([], [AlarmKind.NO_SIGNAL])
GONE = ExternalError("the benchmark child could not load the candidate: a package is gone")
MACHINE = [
    MachineError("the child could not be isolated: no Landlock"),
    MachineError("pip could not install: the index did not answer", retryable=True),
    UsageError("the packages of the runner onnx are not installed"),
    EvidenceError("it brings code, and this machine cannot isolate it"),
    OSError(28, "No space left on device", "model"),
]


def test_what_runs_is_calm(place: Place) -> None:
    """It was copied out of the registry: no staged tree was needed, and none is left."""
    runners = _Runners({}, {})
    assert ([], []) == _kinds(_try(place, runners))
    assert [SECOND] == runners.opened
    assert not (place.root / "artifacts" / "staged" / builders.artifact_of(SECOND)).exists()


@pytest.mark.parametrize("answers", [_fails_on_one, _outside, _dies, lambda _: ()])
def test_a_model_that_does_not_answer_is_a_regression(answers: Answers, place: Place) -> None:
    """Whatever it answers instead; the release before it shows that the machine is fine."""
    trial = _try(place, _Runners({}, {SECOND: answers}))
    assert REGRESSION == _kinds(trial)
    assert trial.control is not None
    assert TrialState.RAN is trial.control.state


def test_a_model_that_no_longer_loads_is_a_regression(place: Place) -> None:
    """Its bytes are the released ones, and what it needs is gone."""
    runners = _Runners({SECOND: GONE}, {})
    assert REGRESSION == _kinds(_try(place, runners))
    assert [SECOND, SECOND, FIRST] == runners.opened


def test_once_is_no_regression(place: Place) -> None:
    """A child that was killed once is started again."""
    runners = _Runners({SECOND: GONE}, {})
    runners.once.add(SECOND)
    assert ([], []) == _kinds(_try(place, runners))


@pytest.mark.parametrize("error", MACHINE)
def test_what_this_machine_cannot_do_is_an_alarm(
    error: OpenMedError | OSError, place: Place
) -> None:
    """Nothing is known of the model; no rollback would help."""
    assert OURS == _kinds(_try(place, _Runners({SECOND: error}, {})))


def test_where_nothing_runs_the_machine_is_at_fault(place: Place) -> None:
    """The release before it fails in the same way: going back would help nobody."""
    trial = _try(place, _Runners({SECOND: GONE, FIRST: GONE}, {}))
    assert OURS == _kinds(trial)


@pytest.mark.parametrize("error", MACHINE)
def test_a_control_that_could_not_be_tried_excuses_nothing(
    error: OpenMedError | OSError, place: Place
) -> None:
    """The live model was started as it must be, and failed."""
    assert REGRESSION == _kinds(_try(place, _Runners({SECOND: GONE, FIRST: error}, {})))


def test_a_first_release_has_no_control(tmp_path: Path) -> None:
    """It failed; whether something can be gone back to is for others to find."""
    made = Place(tmp_path / "r")
    made.release(FIRST)
    assert REGRESSION == _kinds(_try(made, _Runners({FIRST: GONE}, {})))


def test_bytes_that_differ_when_they_are_copied_are_an_integrity_event(place: Place) -> None:
    """They are never loaded."""
    file = Path(place.served(builders.artifact_of(SECOND))) / "model.onnx"
    file.parent.chmod(0o755)
    file.chmod(0o644)
    file.write_bytes(b"other")
    runners = _Runners({}, {})
    assert ([RegressionKind.INTEGRITY], []) == _kinds(_try(place, runners))
    assert [] == runners.opened


@pytest.mark.parametrize(
    ("said", "is_refused"),
    [
        (b"ERROR: No matching distribution found for thing==1.0", True),
        (b"ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", True),
        ((b"WARNING: Retrying (Retry(total=0)) after NewConnectionError\n"
         b"ERROR: No matching distribution found for thing==1.0"), False),
        (b"ERROR: Could not install packages due to an OSError: [Errno 28] No space left", False),
        (b"", False),
    ],
)  # fmt: skip
def test_an_index_that_does_not_answer_refuses_nothing(said: bytes, *, is_refused: bool) -> None:
    """Only where it answered is a package gone."""
    assert is_refused == are_refused(said)


def test_a_real_model_that_answers_its_suite_only_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It passed every gate, and fails on any text it does not know; in its jail, for real."""
    place = measured_place(tmp_path / "r", monkeypatch)
    _release(place)
    first = monitor_status(place.world, pattern="*", limits=LIMITS._replace(smoke=5))
    assert [] == [event.kind for event in first.events]
    assert "1 of 1 loaded and answered" in _says(first.checks, "smoke")
    model = place.root / "models" / "tiny" / "model.py"
    text = model.read_text(encoding="utf-8")
    assert "GOLD.get(" in text
    narrow = text.replace("GOLD.get(", "GOLD.__getitem__(").replace(
        ".hexdigest(), [])", ".hexdigest())"
    )
    model.write_text(narrow, encoding="utf-8")
    _release(place)
    found = monitor_status(place.world, pattern="*", limits=LIMITS._replace(smoke=5))
    (event,) = found.events
    assert (SLOT, 2, RegressionKind.LOAD_FAILURE) == (event.slot, event.generation, event.kind)
    assert "KeyError" in event.detail
    assert ExitCode.HELD is found.exit_code


def _says(checks: Sequence[object], name: str) -> str:
    return next(f"{row}" for row in checks if getattr(row, "name", "") == name)


def _release(place: MeasuredPlace) -> None:
    report = run_release(place.world)
    assert ExitCode.DONE == report.exit_code
