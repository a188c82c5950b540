"""Port `Executor`: what other machines answered, each chunk with a sample that is run again here.

Which document is drawn is not known to whoever answers, and a chunk is given on only after its
sample came out the same: what is kept of another machine was compared. Where spans depend on what
else is in a batch, the whole chunk is run again, since nothing less is the same question.
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from openmed.domain.evaluation.recheck import differing
from openmed.domain.inference.predictions import Status
from openmed.errors import EvidenceError
from openmed.ports.execution import AnsweredChunk, ChunkToAnswer, Executor, ModelToRun


class SampledAgain:
    """Runs candidates elsewhere, and a little of each here."""

    def __init__(
        self,
        elsewhere: Executor,
        here: Executor,
        *,
        draw: Callable[[int], int] = secrets.randbelow,
    ) -> None:
        """Start nothing yet.

        Args:
            elsewhere: answers every chunk.
            here: answers the samples.
            draw: a number from 0 to below its argument, which nobody could know before.
        """
        self._elsewhere = elsewhere
        self._here = here
        self._draw = draw

    @property
    def processes(self) -> int:
        """How many candidates may compute at a time."""
        return self._elsewhere.processes

    def answers(
        self, model: ModelToRun, chunks: Sequence[ChunkToAnswer]
    ) -> Iterator[AnsweredChunk]:
        """Answer chunks, each once, in any order.

        Raises:
            EvidenceError: a sample got other spans here; its chunk is not given on.
            ExternalError: the candidate could not be loaded, or a chunk was lost twice.
        """
        asked = {chunk.key: chunk for chunk in chunks}
        with self._here.kept():
            for answered in self._elsewhere.answers(model, chunks):
                self._require_same(model, asked[answered.key], answered)
                yield answered

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep what is loaded until the block ends, here too."""
        with ExitStack() as stack:
            stack.enter_context(self._here.kept())
            stack.enter_context(self._elsewhere.kept())
            yield

    def _require_same(
        self, model: ModelToRun, chunk: ChunkToAnswer, answered: AnsweredChunk
    ) -> None:
        places = self._sample(model, answered)
        if not places:
            return
        log = Path(model.log)
        beside = model._replace(log=str(log.with_stem(f"{log.stem}-again")))
        wanted = ChunkToAnswer(chunk.key, tuple(chunk.documents[place] for place in places))
        (again,) = self._here.answers(beside, (wanted,))
        before = [answered.answers[place] for place in places]
        others = differing(before, again.answers)
        if others:
            msg = (
                f"{len(others)} of {len(places)} documents that were run again here got other "
                "spans than on the cluster"
            )
            raise EvidenceError(msg, next_step="leave the cluster out, then openmed release run")

    def _sample(self, model: ModelToRun, answered: AnsweredChunk) -> tuple[int, ...]:
        """Places of the documents to run again; one that was not answered counts as such anyway."""
        if not model.profile.deterministic:
            return tuple(range(len(answered.answers)))
        whole = [
            place for place, record in enumerate(answered.answers) if record.status is Status.OK
        ]
        return (whole[self._draw(len(whole))],) if whole else ()
