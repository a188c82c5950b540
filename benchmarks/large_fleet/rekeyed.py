"""Answers and reports of a measured slot, under the digests of other slots.

The files of another slot differ from those of a measured one in what they are about and in digests
of their own content, so they are made from its bytes. For a sample it is looked at, byte for byte,
that the scorer counts this report from these answers and that the engine writes it so.
"""

import zlib
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple, TypeVar

from large_fleet.growing import GrowingContext
from openmed.domain.candidates.candidate import Candidate, StagedCandidate
from openmed.domain.digest import sha256_hex
from openmed.domain.evaluation.performance import PerformanceReport
from openmed.domain.evaluation.report import BenchmarkReport, Subject
from openmed.domain.frozen import Frozen
from openmed.domain.gates.verdict import PERFORMANCE
from openmed.domain.inference.predictions import ChunkKey
from openmed.domain.release.product import Made, encode_product
from openmed.domain.wire import dump
from openmed.pipeline.release_graph import ReleaseGraph
from openmed.steps.benchmark.candidate import Benchmark

Product = TypeVar("Product", bound=Frozen)

_AnyReport = BenchmarkReport | PerformanceReport
_MAGIC: Final = b"openmed.packed/1 "
_ZLIB: Final = b"\x78\xda"
_NO_MATERIALS: Final = "0" * 64


class _Chunk(NamedTuple):
    """Answers of a measured slot.

    Attributes:
        key: their key.
        head: plain bytes, up to the end of the key.
        rest: plain bytes behind it.
        packed: the rest, packed.
    """

    key: ChunkKey
    head: bytes
    rest: bytes
    packed: bytes

    def with_head(self, head: bytes) -> bytes:
        """A packed file of other first bytes: a stream of zlib may be put together from parts."""
        size = len(head) + len(self.rest)
        total = zlib.adler32(self.rest, zlib.adler32(head)).to_bytes(4, "big")
        packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
        first = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
        return b"%b%d\n%b%b%b%b" % (_MAGIC, size, _ZLIB, first, self.packed, total)


class _Report(NamedTuple):
    """A report of a measured slot, its canonical bytes, and those of its product."""

    value: _AnyReport
    data: bytes
    product: bytes


class MeasuredSlot:
    """A measured slot, whose answers and reports others get.

    Attributes:
        candidate: its row.
    """

    def __init__(
        self,
        graph: ReleaseGraph,
        world: GrowingContext,
        candidate: Candidate,
        *,
        has_answers: bool,
    ) -> None:
        """Read its reports and its answers.

        Args:
            graph: the steps.
            world: the repository.
            candidate: its row.
            has_answers: whether slots that are not counted get answers too.
        """
        self.candidate = candidate
        self._has_answers = has_answers
        self._graph = graph
        self._world = world
        pins = graph.suites(candidate.slot)
        values: dict[str, _AnyReport] = {
            pin.name: value_of(world, candidate, pin.name, BenchmarkReport) for pin in pins
        }
        values[PERFORMANCE] = value_of(world, candidate, PERFORMANCE, PerformanceReport)
        self._subject = _subject(value_of(world, candidate, "staged", StagedCandidate))
        self._reports = {
            name: _Report(value, dump(value), encode_product(_NO_MATERIALS, value))
            for name, value in values.items()
        }
        self._chunks = {
            pin.name: tuple(_kept(world, graph.benchmark(candidate, pin))) for pin in pins
        }

    def give(self, candidate: Candidate, *, is_counted: bool) -> None:
        """Reports for another slot, which is staged, and answers.

        Raises:
            AssertionError: it is counted, and the engine comes to something else.
        """
        subject = _subject(value_of(self._world, candidate, "staged", StagedCandidate))
        for pin in self._graph.suites(candidate.slot):
            step = self._graph.benchmark(candidate, pin)
            if self._has_answers or is_counted:
                self._give_answers(step, subject.artifact)
            report = self._give_report(step.slot, step.name, step.inputs_digest(), subject)
            if is_counted and dump(step.measured()) != dump(report):
                msg = f"{step.task}: the scorer counts something else"
                raise AssertionError(msg)
            if is_counted:
                self._check_written(step.slot, step.name, step.inputs_digest(), report)
        timed = self._graph.performance(candidate)
        self._give_report(timed.slot, timed.name, timed.inputs_digest(), subject)

    def _give_answers(self, step: Benchmark, artifact: str) -> None:
        changed = {self._subject.artifact: artifact}
        for kept in self._chunks[step.name]:
            key = ChunkKey(**{**dict(kept.key), "artifact": artifact})
            self._world.put_predictions(key, kept.with_head(_changed(kept.head, changed)))

    def _give_report(self, slot: str, name: str, materials: str, subject: Subject) -> Frozen:
        value, data, product = self._reports[name]
        changed = {
            getattr(self._subject, word): getattr(subject, word)
            for word in ("slot", "repo_id", "artifact")
        }
        digests = {sha256_hex(data): sha256_hex(_changed(data, changed)), _NO_MATERIALS: materials}
        about = _about(value, subject)
        self._world.products.write_encoded(
            slot, name, Made(materials, about), _changed(product, {**changed, **digests})
        )
        return about

    def _check_written(self, slot: str, name: str, materials: str, report: Frozen) -> None:
        written = self._world.products.path(slot, name).read_bytes()
        if written != encode_product(materials, report):
            msg = f"{slot}: the engine writes {name} otherwise"
            raise AssertionError(msg)


def value_of(
    world: GrowingContext, candidate: Candidate, name: str, kind: type[Product]
) -> Product:
    """A product that must be there."""
    made = world.products.read(candidate.slot, name, kind)
    assert made is not None, f"{candidate.slot}: {name} is missing"
    assert isinstance(made.value, kind), f"{candidate.slot}: {name} could not be made"
    return made.value


def _subject(staged: StagedCandidate) -> Subject:
    return Subject(slot=staged.slot, repo_id=staged.repo_id, artifact=staged.artifact)


def _about(report: _AnyReport, subject: Subject) -> _AnyReport:
    """The same report of another candidate, validated."""
    return type(report)(**{**dict(report), "subject": subject})


def _changed(data: bytes, words: Mapping[str, str]) -> bytes:
    for before, after in words.items():
        data = data.replace(f'"{before}"'.encode(), f'"{after}"'.encode())
    return data


def _kept(world: GrowingContext, step: Benchmark) -> Iterator[_Chunk]:
    for key in step.bench.chunk_keys(step.measurement()):
        kept = world.predictions.get(key)
        assert kept is not None, f"{step.task}: answers are missing"
        yield _cut(key, dump(kept.chunk))


def _cut(key: ChunkKey, data: bytes) -> _Chunk:
    """Answers, cut behind their key."""
    at = data.index(b'"records":')
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, 9, zlib.Z_FILTERED)
    packed = packer.compress(data[at:]) + packer.flush()
    return _Chunk(key, data[:at], data[at:], packed)
