"""What a cluster answered is given on only after a sample of it came out the same here."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import pytest
from support.simulators.scripted_runners import PROFILE, RUNTIME, model

from openmed.adapters.executors.sampled_again import SampledAgain
from openmed.domain.inference.predictions import ChunkKey, DocumentPredictions, Status
from openmed.domain.inference.profile import RunnerProfile
from openmed.domain.text.span import Document, PredictedSpan
from openmed.errors import EvidenceError
from openmed.ports.execution import AnsweredChunk, ChunkToAnswer, ModelToRun

SIZE, CHUNKS = 4, 3
UNSTEADY = model("one")._replace(
    profile=RunnerProfile.model_validate({**dict(PROFILE), "deterministic": False})
)
Change = Callable[[DocumentPredictions], DocumentPredictions]


def _said(document: Document) -> DocumentPredictions:
    span = PredictedSpan(start=0, end=len(document.text), label="PATIENT_NAME", score=0.5)
    return DocumentPredictions(document=document.id, status=Status.OK, spans=(span,))


def _same(record: DocumentPredictions) -> DocumentPredictions:
    return record


class Scripted:
    """Port `Executor`: right answers, but for those that are changed.

    Attributes:
        asked: documents of each call.
        logs: where each call wrote.
    """

    processes = 7

    def __init__(self, changed: dict[str, Change] | None = None) -> None:
        self._changed = changed or {}
        self.asked: list[tuple[str, ...]] = []
        self.logs: list[str] = []
        self.is_kept = False

    def answers(
        self, model: ModelToRun, chunks: Sequence[ChunkToAnswer]
    ) -> Iterator[AnsweredChunk]:
        """In order."""
        for key, documents in chunks:
            self.asked.append(tuple(document.id for document in documents))
            self.logs.append(model.log)
            said = ((one, _said(one)) for one in documents)
            answers = (self._changed.get(one.id, _same)(record) for one, record in said)
            yield AnsweredChunk(key, tuple(answers))

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Remember that it was asked for."""
        self.is_kept = True
        yield


def _chunks() -> list[ChunkToAnswer]:
    def note(at: int) -> Document:
        return Document(
            id=f"n{at}", language="en", family="note", slice="base", smoke=False,
            text=f"note {at}", spans=(),
        )  # fmt: skip

    return [
        ChunkToAnswer(
            ChunkKey(
                artifact="a" * 64, runtime=RUNTIME.digest, suite="c" * 64,
                first=first, last=first + SIZE,
            ),
            tuple(map(note, range(first, first + SIZE))),
        )
        for first in range(0, SIZE * CHUNKS, SIZE)
    ]  # fmt: skip


def _moved(record: DocumentPredictions) -> DocumentPredictions:
    (span,) = record.spans
    other = PredictedSpan(start=0, end=span.end - 1, label=span.label, score=span.score)
    return DocumentPredictions(document=record.document, status=Status.OK, spans=(other,))


def _emptied(record: DocumentPredictions) -> DocumentPredictions:
    return DocumentPredictions(document=record.document, status=Status.OK, spans=())


def _renamed(record: DocumentPredictions) -> DocumentPredictions:
    (span,) = record.spans
    other = PredictedSpan(start=0, end=span.end, label="DATE", score=span.score)
    return DocumentPredictions(document=record.document, status=Status.OK, spans=(other,))


def _failed(record: DocumentPredictions) -> DocumentPredictions:
    return DocumentPredictions(
        document=record.document, status=Status.FAILED, spans=(), fault="ValueError"
    )


def test_an_honest_cluster_loses_one_document_a_chunk() -> None:
    """Every chunk is given on; what was drawn is run here, beside the model's own log."""
    there, here = Scripted(), Scripted()
    executor = SampledAgain(there, here, draw=lambda count: count - 1)
    assert executor.processes == there.processes
    with executor.kept():
        found = list(executor.answers(model("one"), _chunks()))
    assert [one.key for one in found] == [one.key for one in _chunks()]
    assert here.asked == [("n3",), ("n7",), ("n11",)]
    assert {*here.logs}.isdisjoint(there.logs)
    assert (there.is_kept, here.is_kept) == (True, True)


@pytest.mark.parametrize("change", [_moved, _emptied, _renamed])
@pytest.mark.parametrize("place", range(SIZE))
def test_another_answer_is_never_given_on(change: Change, place: int) -> None:
    """Whichever is drawn; chunks before it hold, and none after it comes."""
    there, here = Scripted({f"n{SIZE + place}": change}), Scripted()
    executor = SampledAgain(there, here, draw=lambda _: place)
    given = executor.answers(model("one"), _chunks())
    assert next(given).key == _chunks()[0].key
    with pytest.raises(EvidenceError, match="1 of 1 documents that were run again here") as caught:
        next(given)
    assert caught.value.next_step.endswith("then openmed release run")
    assert list(given) == []


@pytest.mark.parametrize("change", [_moved, _emptied, _renamed])
@pytest.mark.parametrize("place", range(SIZE))
def test_a_model_that_hangs_on_its_batch_is_run_again_in_whole_batches(
    change: Change, place: int
) -> None:
    """A document alone is another question to it."""
    honest = SampledAgain(Scripted(), here := Scripted())
    assert len(list(honest.answers(UNSTEADY, _chunks()))) == CHUNKS
    assert [len(documents) for documents in here.asked] == [SIZE] * CHUNKS
    lying = SampledAgain(Scripted({f"n{place}": change}), Scripted())
    with pytest.raises(EvidenceError, match=f"1 of {SIZE} documents"):
        next(lying.answers(UNSTEADY, _chunks()))


def test_a_document_that_was_not_answered_is_not_drawn() -> None:
    """It counts as unanswered anyway; where nothing was answered nothing is compared."""
    there = Scripted({f"n{at}": _failed for at in (0, 1, 2, 4, 5, 6, 7)})
    here = Scripted()
    found = list(SampledAgain(there, here).answers(model("one"), _chunks()))
    assert [len(one.answers) for one in found] == [SIZE] * CHUNKS
    assert here.asked[0] == ("n3",)
    assert len(here.asked) == CHUNKS - 1


def test_one_that_cannot_be_answered_here_holds_its_chunk() -> None:
    """Not knowing is no agreement."""
    here = Scripted({f"n{at}": _failed for at in range(SIZE * CHUNKS)})
    with pytest.raises(EvidenceError, match="got other spans than on the cluster"):
        next(SampledAgain(Scripted(), here).answers(model("one"), _chunks()))
