"""A place where a suite's text is missing and a signed measurement stands in for the count."""

from pathlib import Path
from typing import Any, NamedTuple

import pytest
from support.following import Desk
from support.measured_places import SLOT, MeasuredPlace, measured_place

from openmed.adapters.keys.dsse import FileSigner
from openmed.app.benchmark import attest
from openmed.app.pipeline_stages import run_gate
from openmed.domain.attestation.measurement_rules import measurement_file
from openmed.domain.attestation.measurement_statement import (
    SignableMeasurement,
    payload_of_measurement,
)
from openmed.domain.attestation.verifier import Role
from openmed.domain.gates.verdict import Decision, Verdict
from openmed.domain.wire import from_plain, plain
from openmed.pipeline.release_graph import open_graph

SUITE = "second"
FILE = measurement_file(SLOT, SUITE)
ROWS = f'[[measured_by]]\nsuite = "{SUITE}"\nkeys = ["lab"]\nreason = "its licence"\n'


class Measured(NamedTuple):
    """A place without the text of `SUITE`, and the key of those who have it."""

    place: MeasuredPlace
    key: Path

    @property
    def file(self) -> Path:
        """The statement."""
        return self.place.root / "gates" / "measurements" / FILE

    @property
    def signer(self) -> FileSigner:
        """Signs measurements."""
        return self.place.world.signer_of(self.key)

    @property
    def desk(self) -> Desk:
        """Who types commands here."""
        return Desk(self.place.root, Path.home(), now=self.place.world.now)

    @property
    def policy(self) -> Path:
        """The slot's policy."""
        return self.place.root / "gates" / "policy" / "pii--tiny--onnx.toml"

    def bring_text(self) -> None:
        """Make it the machine that holds the text."""
        documents = self.place.suites[SUITE]
        lines = b"".join(one.model_dump_json().encode() + b"\n" for one in documents)
        (self.place.root / "gates" / "suites" / f"{SUITE}.jsonl").write_bytes(lines)

    def verdict(self) -> Verdict:
        """What is judged now; nothing is signed."""
        graph = open_graph(self.place.world, may_build=False)
        return graph.compare(graph.candidates[0]).judged()

    def refused(self) -> str:
        """The sentence of the one fault."""
        verdict = self.verdict()
        assert verdict.decision is Decision.NOT_EVALUATED
        (fault,) = verdict.faults
        assert f"suite {SUITE}: cannot read" in fault.message
        assert fault.next_step.startswith(f"openmed benchmark attest {SLOT} --suite {SUITE} --key")
        return fault.message

    def said(self) -> SignableMeasurement:
        """What the statement says."""
        return self.place.world.verifiers.verify_measurement(self.file.read_bytes()).measurement

    def sign(self, **changes: object) -> None:
        """The statement anew, with other fields; a report's fields as `report__NAME`."""
        table: Any = plain(self.said())
        for name, value in changes.items():
            *path, last = name.split("__")
            place = table
            for step in path:
                place = place[step]
            place[last] = value
        said = from_plain(SignableMeasurement, table, what="a measurement")
        self.file.write_bytes(self.signer.sign(payload_of_measurement(said, verifier="lab")))


def measured_elsewhere(root: Path, monkeypatch: pytest.MonkeyPatch) -> Measured:
    """Make one in which everything is measured and the statement is signed."""
    place = measured_place(root / "r", monkeypatch)
    key = root / "lab.pem"
    place.world.ring.add("lab", (Role.MEASURE,), file=key)
    made = Measured(place, key)
    text = made.policy.read_text(encoding="utf-8")
    head, mark, rest = text.partition("[gates.")
    made.policy.write_text(f"{head}{ROWS}\n{mark}{rest}", encoding="utf-8")
    (row,) = run_gate(place.world).judged
    assert row.decision is Decision.RELEASABLE
    done = attest(place.world, made.signer, slot=SLOT, suite=SUITE)
    assert done.file == FILE
    (place.root / "gates" / "suites" / f"{SUITE}.jsonl").unlink()
    return made
