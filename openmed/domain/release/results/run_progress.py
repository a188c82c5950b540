"""How far a run is: its events, one after the other, become counts, a rate and the time left.

The time that passes is divided among the steps at work at each moment. So the cost of a step adds
up to what a clock shows, whatever ran beside it, and what is left is the cost of the steps that
wait. Steps of a kind of which none has ended cost nothing yet: then more is left than is said.
"""

from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final, NamedTuple

from pydantic import Field

from openmed.domain.digest import Json
from openmed.domain.frozen import Frozen

WINDOW: Final = 15.0
"""Seconds over which the rate of documents is taken."""
_STARTED: Final = "started"

Count = Annotated[int, Field(ge=0)]
Elapsed = Annotated[float, Field(ge=0)]


class Ended(StrEnum):
    """What a step of a run came to, in the words of its events."""

    COMPUTED = "computed"
    REUSED = "reused"
    FAILED = "failed"


class StepAtWork(Frozen):
    """A step that is being performed.

    Attributes:
        task: its task.
        seconds: since it started.
        documents: documents that are answered.
        of: documents of its suite; 0 = nothing is known of documents.
    """

    task: str
    seconds: Elapsed
    documents: Count = 0
    of: Count = 0


class RunProgress(Frozen):
    """How far a run is.

    Attributes:
        seconds: since it started.
        computed: steps that were performed.
        reused: steps that had nothing to do.
        failed: steps that left an error.
        waiting: steps that have not started.
        at_work: steps that are being performed, the oldest first.
        documents_per_second: lately; None when nobody answers any.
        seconds_left: what the steps that have not ended should take; None = not known.
        is_more_left: whether steps wait of which nothing is known.
    """

    seconds: Elapsed
    computed: Count
    reused: Count
    failed: Count
    waiting: Count
    at_work: tuple[StepAtWork, ...]
    documents_per_second: Elapsed | None = None
    seconds_left: Elapsed | None = None
    is_more_left: bool = False

    @property
    def steps(self) -> int:
        """All of them, as far as is known."""
        return self.ended + self.waiting + len(self.at_work)

    @property
    def ended(self) -> int:
        """Those that have ended."""
        return self.computed + self.reused + self.failed

    def after(self, seconds: float) -> "RunProgress":
        """The same, so much later, when nothing else is known of it."""
        if seconds <= 0:
            return self
        left = self.seconds_left
        return RunProgress(
            seconds=self.seconds + seconds,
            computed=self.computed,
            reused=self.reused,
            failed=self.failed,
            waiting=self.waiting,
            at_work=tuple(
                StepAtWork(
                    task=step.task,
                    seconds=step.seconds + seconds,
                    documents=step.documents,
                    of=step.of,
                )
                for step in self.at_work
            ),
            documents_per_second=self.documents_per_second,
            seconds_left=None if left is None else max(left - seconds, 0.0),
            is_more_left=self.is_more_left,
        )


@dataclass
class _AtWork:
    """What is kept of a step at work.

    Attributes:
        begun: when it started.
        share: its part of the time that passed since.
        documents: documents that are answered; None = not told yet.
        of: documents of its suite.
    """

    begun: float
    share: float = 0.0
    documents: int | None = None
    of: int = 0


class _Answered(NamedTuple):
    """Documents that were answered at one time."""

    at: float
    documents: int


class RunTracker:
    """Takes the events of one run; the caller says when each came."""

    def __init__(self) -> None:
        """Nothing has happened."""
        self._started: float | None = None
        self._now = 0.0
        self._planned: Counter[str] = Counter()
        self._standing: Counter[str] = Counter()
        self._ended: dict[str, Ended] = {}
        self._how: Counter[Ended] = Counter()
        self._kinds: Counter[str] = Counter()
        self._reused: Counter[str] = Counter()
        self._costs: dict[str, float] = {}
        self._at_work: dict[str, _AtWork] = {}
        self._answered: deque[_Answered] = deque()
        self._first_answer: float | None = None

    def take(self, event: Mapping[str, Json], *, at: float) -> None:
        """Take one event; one that says nothing of steps or documents changes nothing.

        Args:
            event: as `--format jsonl` writes it.
            at: seconds on a clock that only runs forward.
        """
        self._pass(at)
        match event:
            case {"type": "run", "steps": dict(steps)}:
                self._begin(_counts(steps))
            case {"type": "run", "standing": dict(steps)}:
                self._standing = _counts(steps)
            case {"type": "step", "task": str(task), "state": str(state)}:
                self._step(task, state, at)
            case {"type": "progress", "task": str(task), "documents": int(done), "of": int(of)}:
                self._documents(task, done, of, at)
            case _:
                pass

    def progress(self, *, at: float) -> RunProgress:
        """How far it is."""
        self._pass(at)
        # Those that are known to stand are told one by one later, too.
        stands = self._standing | self._reused
        ended = self._kinds - self._reused + stands
        waiting = self._planned - ended - Counter(map(kind_of, self._at_work))
        left, is_more_left = self._left(waiting)
        return RunProgress(
            seconds=max(at - self._started, 0.0) if self._started is not None else 0.0,
            computed=self._how[Ended.COMPUTED],
            reused=stands.total(),
            failed=self._how[Ended.FAILED],
            waiting=waiting.total(),
            at_work=tuple(
                StepAtWork(
                    task=task,
                    seconds=max(at - work.begun, 0.0),
                    documents=work.documents or 0,
                    of=work.of,
                )
                for task, work in self._at_work.items()
            ),
            documents_per_second=self._rate(at) if self._is_answering else None,
            seconds_left=left,
            is_more_left=is_more_left,
        )

    def _begin(self, planned: Counter[str]) -> None:
        """A run that lost a race, or whose graph broke, begins again: what it did stands then."""
        self._planned = planned
        for counts in (self._standing, self._ended, self._how, self._kinds, self._reused):
            counts.clear()
        self._costs.clear()

    def _pass(self, at: float) -> None:
        """Divide the time since the last event."""
        passed, self._now = at - self._now, at
        if self._started is None:
            self._started, passed = at, 0.0
        for work in self._at_work.values():
            work.share += max(passed, 0.0) / len(self._at_work)

    def _step(self, task: str, state: str, at: float) -> None:
        if state == _STARTED:
            self._at_work.setdefault(task, _AtWork(begun=at))
            return
        work = self._at_work.pop(task, None)
        if state in set(Ended) and task not in self._ended:
            kind, how = kind_of(task), Ended(state)
            self._ended[task] = how
            self._how[how] += 1
            self._kinds[kind] += 1
            self._reused[kind] += how is Ended.REUSED
            self._costs[kind] = self._costs.get(kind, 0.0) + (work.share if work else 0.0)

    def _documents(self, task: str, done: int, of: int, at: float) -> None:
        work = self._at_work.get(task)
        if work is None:
            return
        # Those of the first event may be kept from an earlier run.
        new = 0 if work.documents is None else done - work.documents
        work.documents, work.of = done, of
        if self._first_answer is None:
            self._first_answer = at
        if new > 0:
            self._answered.append(_Answered(at, new))

    @property
    def _is_answering(self) -> bool:
        return any(work.of for work in self._at_work.values())

    def _rate(self, at: float) -> float | None:
        while self._answered and self._answered[0].at < at - WINDOW:
            self._answered.popleft()
        if not self._answered or self._first_answer is None:
            return None
        seconds = min(at - self._first_answer, WINDOW)
        return sum(one.documents for one in self._answered) / seconds if seconds > 0 else None

    def _left(self, waiting: Counter[str]) -> tuple[float | None, bool]:
        known = {kind: self._costs[kind] / count for kind, count in self._kinds.items()}
        to_come = {*waiting, *map(kind_of, self._at_work)}
        if not to_come & known.keys():
            return None, bool(to_come)
        left = sum(known.get(kind, 0.0) * count for kind, count in waiting.items())
        for task, work in self._at_work.items():
            left += max(known.get(kind_of(task), 0.0) - work.share, 0.0)
        return left, not to_come <= known.keys()


def kind_of(task: str) -> str:
    """What a step costs like: its task without the slot, whose parts `::` divides."""
    first, _, rest = task.partition(":")
    slot, colon, suite = rest.rpartition(":")
    return f"{first}:{suite}" if colon and not slot.endswith(":") else first


def _counts(value: Mapping[str, Json]) -> Counter[str]:
    return Counter({kind: count for kind, count in value.items() if isinstance(count, int)})
