"""A real candidate about to be judged: real products, key and steps, one product spoilt."""

import base64
import dataclasses
import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from support.mutations import sealed

from openmed.context import open_context
from openmed.domain.attestation.statement import PAYLOAD_TYPE
from openmed.domain.candidates.candidate import StagedCandidate
from openmed.domain.evaluation.performance import PerformanceReport
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.frozen import Frozen
from openmed.domain.gates.verdict import PERFORMANCE, Verdict
from openmed.domain.ledger.entry import Entry
from openmed.domain.ledger.fleet import FleetState
from openmed.domain.ledger.pointer import PointerTable
from openmed.domain.release.product import (
    VERDICT,
    BaselineReport,
    Made,
    VerdictProduct,
    encode_product,
)
from openmed.errors import OpenMedError
from openmed.pipeline.release_graph import ReleaseGraph, open_graph
from openmed.ports.releasing import Registry, ReleaseStore
from openmed.ports.storage import Products

Value = TypeVar("Value", bound=Frozen)

_KINDS: dict[str, type[Frozen]] = {
    "staged": StagedCandidate,
    "performance": PerformanceReport,
    "baseline-smoke": BaselineReport,
}


class OneSpoilt:
    """Products as they stand on disk; all but one are read once. Nothing is written or marked."""

    def __init__(self, real: Products) -> None:
        """Read through to the real ones."""
        self._real = real
        self._kept: dict[str, Made[Frozen] | None] = {}
        self.spoilt = ""

    def read(self, slot: str, name: str, kind: type[Value]) -> Made[Value] | None:
        """The product, as its real adapter reads it."""
        if name == self.spoilt:
            return self._real.read(slot, name, kind)
        if name not in self._kept:
            self._kept[name] = self._real.read(slot, name, kind)
        return self._kept[name]  # type: ignore[return-value]

    def write(self, slot: str, name: str, materials: str, value: Frozen) -> None:
        """Nothing."""

    def log(self, slot: str, name: str) -> str:
        """Of the real ones."""
        return self._real.log(slot, name)

    def keep_error(self, slot: str, name: str, frames: str) -> None:
        """Nothing."""

    def is_marked(self, slot: str) -> bool:
        """Of the real ones."""
        return self._real.is_marked(slot)

    def mark(self, slot: str, text: str) -> None:
        """Nothing."""

    def unmark(self, slot: str) -> None:
        """Nothing."""


class Rehearsal:
    """The real release state, whose commits change nothing, and a registry that takes nothing."""

    def __init__(self, releases: ReleaseStore, registry: Registry) -> None:
        """Read through to the real ones."""
        self._releases = releases
        self._registry = registry

    def state(self) -> FleetState:
        """What is live."""
        return self._releases.state()

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Nobody else is here."""
        yield

    def evidence(self, digest: str) -> bytes:
        """Of the real one."""
        return self._releases.evidence(digest)

    def commit(self, entry: Entry, pointer: PointerTable, *, evidence: tuple[bytes, ...]) -> None:
        """Nothing."""

    def put(self, artifact: str, files: object) -> None:
        """Nothing."""

    def __getattr__(self, name: str) -> object:
        """All else is the registry's."""
        return getattr(self._registry, name)


class Judging:
    """One slot whose candidate is measured whole and not yet judged."""

    def __init__(self, root: Path, *, slot: str) -> None:
        """Stage and measure for real, beside what is live."""
        self.graph: ReleaseGraph = open_graph(open_context(root, quiet=True))
        self.slot = slot
        (self.candidate,) = (c for c in self.graph.candidates if c.slot == slot)
        pins = self.graph.suites(slot)
        self.graph.run(self.graph.stage(self.candidate))
        for pin in pins:
            self.graph.run(self.graph.benchmark(self.candidate, pin))
        self.graph.run(self.graph.performance(self.candidate))
        self._set_times()
        for pin in pins:
            self.graph.run(self.graph.baseline(self.candidate, pin))
        self.graph.run(self.graph.compare(self.candidate))
        self._products = OneSpoilt(self.graph.world.products)
        self._without: dict[str, Verdict] = {}

    def _set_times(self) -> None:
        """Times differ by machine and hour; what passes must not."""
        path = self.path(PERFORMANCE)
        table = json.loads(path.read_bytes())
        table["content"].update(
            cold_start=100.0, latency={"p50": 2.0, "p95": 3.0, "p99": 4.0}, peak_rss=2**27
        )
        path.write_bytes(sealed(table["materials"], table["content"]))

    def path(self, name: str) -> Path:
        """File of a product."""
        return self.graph.world.products.path(self.slot, name)

    def verdict(self, name: str, data: bytes | None) -> Verdict:
        """What the real `compare` says when one product is this file.

        A file that the real adapter cannot read is a missing one to `compare`; that is judged once.
        """
        if data is not None and not self._is_readable(name, data):
            data = None
        if data is None and name in self._without:
            return self._without[name]
        with self._spoilt(name, data):
            compare = dataclasses.replace(
                self.graph.compare(self.candidate), products=self._products
            )
            verdict = compare.run().verdict
        if data is None:
            self._without[name] = verdict
        return verdict

    def _is_readable(self, name: str, data: bytes) -> bool:
        with self._spoilt(name, data):
            return (
                self._products.read(self.slot, name, _KINDS.get(name, BenchmarkReport)) is not None
            )

    def standing(self, data: bytes | None) -> str:
        """Where the real `flip` leaves the candidate when its verdict is this file."""
        world = self.graph.world
        with self._spoilt(VERDICT, data):
            rehearsal = Rehearsal(world.releases, world.registry)
            flip = dataclasses.replace(
                self.graph.flip(),
                products=self._products,
                releases=rehearsal,  # type: ignore[arg-type]
                registry=rehearsal,  # type: ignore[arg-type]
            )
            try:
                (result,) = (row for row in flip.run().results if row.slot == self.slot)
            except OpenMedError as error:
                return type(error).__name__
            return result.standing.value

    @cached_property
    def good(self) -> VerdictProduct:
        """The product of `compare` as it should be."""
        made = self.graph.world.products.read(self.slot, VERDICT, VerdictProduct)
        assert made is not None
        assert isinstance(made.value, VerdictProduct)
        return made.value

    def holding(self, verdict: Verdict, envelope: bytes) -> bytes:
        """A verdict product with this envelope."""
        return encode_product("m", VerdictProduct(verdict=verdict, envelope=envelope.decode()))

    def resigned(self, payload: bytes) -> bytes:
        """An envelope that the right key signed over any payload."""
        return self.graph.world.signer.sign(payload)

    def unsigned(self, payload: bytes) -> bytes:
        """The good envelope over another payload, its signature left as it was."""
        assert self.good.envelope is not None
        table = json.loads(self.good.envelope)
        assert table["payloadType"] == PAYLOAD_TYPE
        table["payload"] = base64.b64encode(payload).decode()
        return json.dumps(table, sort_keys=True, separators=(",", ":")).encode()

    @contextmanager
    def _spoilt(self, name: str, data: bytes | None) -> Iterator[None]:
        path = self.path(name)
        good = path.read_bytes()
        self._products.spoilt = name
        try:
            path.unlink()
            if data is not None:
                path.write_bytes(data)
            yield
        finally:
            path.write_bytes(good)
            self._products.spoilt = ""
