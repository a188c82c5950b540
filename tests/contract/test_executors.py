"""Executors of one machine: the same answers, one by one or several at a time, whatever dies."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from support.processes import eventually
from support.simulators.scripted_runners import ScriptedRunners, chunks, model

from openmed.adapters.executors.one_process import OneProcess, load_here
from openmed.adapters.executors.open_executor import MOST, open_executor
from openmed.adapters.executors.worker_pool import WorkerPool
from openmed.domain.inference.execution.worker_choice import FreeMemory
from openmed.errors import ExternalError, UsageError
from openmed.ports.chosen import Chosen
from openmed.ports.execution import Executor, ModelToRun, Session

PLENTY = FreeMemory(available=1 << 40, total=1 << 40)
NAMES = tuple(f"note-{n}-slow" for n in range(12))


@pytest.fixture
def runners() -> Iterator[ScriptedRunners]:
    """Scripted ones; nothing may be loaded at the end."""
    scripted = ScriptedRunners()
    yield scripted
    assert scripted.open_now == 0


def one(runners: ScriptedRunners) -> OneProcess:
    """One after the other."""
    return OneProcess(partial(load_here, runners))


def several(runners: ScriptedRunners, *, free: FreeMemory = PLENTY) -> WorkerPool:
    """Two at a time."""
    return WorkerPool(partial(load_here, runners), processes=2, memory=lambda: free)


EXECUTORS: tuple[Callable[[ScriptedRunners], Executor], ...] = (one, several)


def answered(executor: Executor, candidate: ModelToRun, names: tuple[str, ...]) -> dict[str, str]:
    """Whose span each document got."""
    found: dict[str, str] = {}
    for key, answers in executor.answers(candidate, chunks(*names)):
        (record,) = answers
        assert key.first not in [int(at.partition(":")[0]) for at in found]
        found[f"{key.first}:{record.document}"] = str(record.spans[0].end)
    return found


def wanted(*names: str) -> dict[str, str]:
    """What any executor answers."""
    return {f"{at}:{name}": str(len(f"note {name}")) for at, name in enumerate(names)}


@pytest.mark.parametrize("opened", EXECUTORS)
def test_every_chunk_is_answered_once(
    runners: ScriptedRunners, opened: Callable[[ScriptedRunners], Executor]
) -> None:
    """By whichever worker."""
    assert wanted(*NAMES) == answered(opened(runners), model("one"), NAMES)
    assert {1} == set(runners.calls.values())


@pytest.mark.parametrize("opened", EXECUTORS)
def test_a_chunk_whose_child_died_is_answered_in_another(
    runners: ScriptedRunners, opened: Callable[[ScriptedRunners], Executor]
) -> None:
    """Once more, and the others are not asked again."""
    names = ("first", "dies-once", "last")
    assert wanted(*names) == answered(opened(runners), model("one"), names)
    assert {"first": 1, "dies-once": 2, "last": 1} == dict(runners.calls)


@pytest.mark.parametrize("opened", EXECUTORS)
def test_a_chunk_that_kills_twice_is_an_error_of_its_suite_alone(
    runners: ScriptedRunners, opened: Callable[[ScriptedRunners], Executor]
) -> None:
    """Another model is answered."""
    executor = opened(runners)
    with executor.kept():
        with pytest.raises(ExternalError, match="killed over it-dies"):
            answered(executor, model("bad"), ("first", "it-dies", "last"))
        assert wanted(*NAMES) == answered(executor, model("good"), NAMES)
    assert runners.calls["it-dies"] == 2


@pytest.mark.parametrize("opened", EXECUTORS)
def test_a_model_that_cannot_be_loaded_is_not_tried_again(
    runners: ScriptedRunners, opened: Callable[[ScriptedRunners], Executor]
) -> None:
    """Loading says why."""
    with pytest.raises(ExternalError, match="could not load"):
        answered(opened(runners), model("broken"), ("first",))


@pytest.mark.parametrize("opened", EXECUTORS)
def test_who_stops_listening_ends_the_work(
    runners: ScriptedRunners, opened: Callable[[ScriptedRunners], Executor]
) -> None:
    """Nothing is left loaded (the fixture looks), and not everything was asked."""
    found = opened(runners).answers(model("one"), chunks(*NAMES))
    next(found)
    found.close()  # type: ignore[attr-defined]
    assert len(runners.calls) < len(NAMES)


def at_once(executor: Executor, *tasks: tuple[ModelToRun, tuple[str, ...]]) -> list[object]:
    """Ask from as many threads; what each got, or its error."""
    found: list[object] = [None] * len(tasks)

    def ask(at: int) -> None:
        try:
            found[at] = answered(executor, *tasks[at])
        except (ExternalError, KeyboardInterrupt) as error:
            found[at] = error

    threads = [threading.Thread(target=ask, args=(at,)) for at in range(len(tasks))]
    with executor.kept():
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert not any(thread.is_alive() for thread in threads)
    return found


def test_two_models_run_at_a_time_and_each_is_loaded_once(runners: ScriptedRunners) -> None:
    """A worker keeps to its model."""
    tasks = [(model(name), NAMES) for name in ("a", "b")]
    assert [wanted(*NAMES)] * 2 == at_once(several(runners), *tasks)
    assert (2, {"a": 1, "b": 1}) == (runners.most_open, dict(runners.loads))


def test_the_suites_of_one_model_share_what_is_loaded(runners: ScriptedRunners) -> None:
    """Two suites, and no third load."""
    tasks = [(model("a"), NAMES[:2]), (model("a"), NAMES[2:4])]
    at_once(several(runners), *tasks)
    assert runners.loads["a"] <= 2


def test_a_child_that_died_beside_others_is_asked_alone(runners: ScriptedRunners) -> None:
    """Then it answers: what its neighbours did to it is no fact about it."""
    names = tuple(f"crowded-{n}" for n in range(3))
    tasks = [(model("touchy"), names), (model("b"), NAMES), (model("c"), NAMES)]
    assert [wanted(*names), wanted(*NAMES), wanted(*NAMES)] == at_once(several(runners), *tasks)


def test_without_memory_for_two_there_is_one_at_a_time(runners: ScriptedRunners) -> None:
    """Both are answered."""
    tasks = [(model(name), NAMES) for name in ("a", "b")]
    little = FreeMemory(available=1, total=1 << 30)
    assert [wanted(*NAMES)] * 2 == at_once(several(runners, free=little), *tasks)
    assert runners.most_open == 1


class Places:
    """Loads no more candidates at a time than there are places, which may be fewer than workers."""

    def __init__(self, runners: ScriptedRunners, count: int) -> None:
        """Nobody is told that a place is wanted yet."""
        self._load = partial(load_here, runners)
        self._turn = threading.Condition()
        self._free = count
        self.make_room: Callable[[], None] = lambda: None

    @contextmanager
    def load(self, candidate: ModelToRun) -> Iterator[Session]:
        """Wait for a place, as for a worker of a cluster."""
        with self._turn:
            while not self._free:
                self.make_room()
                self._turn.wait(0.005)
            self._free -= 1
        try:
            with self._load(candidate) as session:
                yield session
        finally:
            with self._turn:
                self._free += 1
                self._turn.notify_all()


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("processes", [2, 3, 5])
def test_fewer_places_than_workers_end_nothing_and_hang_nothing(
    runners: ScriptedRunners, count: int, processes: int
) -> None:
    """Of a cluster that shrinks: who has a model and nothing to do gives up its place."""
    places = Places(runners, count)
    executor = WorkerPool(places.load, processes=processes, memory=lambda: None)
    places.make_room = executor.make_room
    names = ("first-slow", "it-dies", "last")
    tasks = [
        (model("bad"), names),
        (model("once"), ("a-slow", "once-dies-once", "c")),
        *((model(name), NAMES[:3]) for name in ("a", "b", "c")),
    ]
    bad, once, *others = at_once(executor, *tasks)
    assert isinstance(bad, ExternalError)
    assert wanted("a-slow", "once-dies-once", "c") == once
    assert [wanted(*NAMES[:3])] * 3 == others
    assert runners.most_open <= count


def test_an_interrupt_ends_what_computes_and_whoever_waits(runners: ScriptedRunners) -> None:
    """From another thread, in the middle of a call; afterwards nothing begins."""
    executor = several(runners)
    found: list[BaseException] = []

    def ask() -> None:
        try:
            answered(executor, model("a"), ("endless",))
        except BaseException as error:  # noqa: BLE001 - looked at below
            found.append(error)

    def interrupted() -> None:
        with executor.kept():
            thread.start()
            assert eventually(lambda: bool(runners.calls), within=10)
            raise KeyboardInterrupt

    thread = threading.Thread(target=ask)
    with pytest.raises(KeyboardInterrupt):
        interrupted()
    thread.join(10)
    assert [KeyboardInterrupt] == [type(error) for error in found]
    with pytest.raises(KeyboardInterrupt):
        answered(executor, model("a"), ("first",))


def test_the_environment_says_how_many(runners: ScriptedRunners) -> None:
    """An option wins over it; one process is the plain executor."""

    def opened(given: str, processes: int | None = None) -> Executor:
        environ = {"OPENMED_PROCESSES": given}
        return open_executor(runners, Chosen(processes), environ=environ)

    assert isinstance(opened("1"), OneProcess)
    assert [3, 2] == [opened("3").processes, opened("3", 2).processes]
    assert opened("").processes >= 1
    for given in ("0", "-1", "two", f"{MOST + 1}", "²"):
        with pytest.raises(UsageError, match="OPENMED_PROCESSES"):
            opened(given)
