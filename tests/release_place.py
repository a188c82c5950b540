"""A release repository driven without the command: real ledger, keys, trees; made-up reports."""

from pathlib import Path

import builders

from openmed.adapters.disk import REAL, Disk
from openmed.adapters.keys import FileSigner, init_keys
from openmed.bootstrap import World
from openmed.domain.changes import Quarantined
from openmed.domain.flip import FlipPlan, plan_flip
from openmed.domain.refusal import Proposal
from openmed.domain.rollback import RollbackPlan
from openmed.domain.rollback_options import Request, Where
from openmed.domain.statement import payload_of
from openmed.domain.verdict import Verdict
from openmed.domain.wire import dump, parse
from openmed.entrypoints.derived import derived_steps
from openmed.steps.hold import Hold
from openmed.steps.rollback import Rollback
from openmed.steps.verify import Verify

SLOT = builders.SLOT
BACK = Request(
    where=Where(family="pii"),
    tag=None,
    generation=None,
    is_revoking=True,
    is_partial=False,
    is_withdrawing=False,
    reason="it leaks",
)
BAD = {"PATIENT_NAME": 10, "SSN": 100}


class ReleasePlace:
    """Releases, rolls back and regenerates in one folder.

    Attributes:
        world: its adapters.
        step: the rollback step.
    """

    def __init__(self, root: Path, *, disk: Disk = REAL) -> None:
        """Open it; the first time a key is made."""
        self.world = World(root=root, now=builders.NOW, quiet=True, disk=disk)
        keys = self.world.keys._replace(private=root / "me" / "local.pem")
        init_keys(keys)
        self._signer = FileSigner(keys)
        self.releases = self.world.releases
        self.step = Rollback(
            releases=self.releases,
            registry=self.world.registry,
            store=self.world.store,
            verifiers=self.world.verifiers,
            now=builders.NOW,
        )

    def stage(self, content: bytes) -> None:
        """Stage one file."""
        with self.world.store.scratch() as scratch:
            folder = scratch / "kept"
            folder.mkdir()
            (folder / "model.onnx").write_bytes(content)
            self.world.store.admit(folder)

    def release(self, content: bytes, *, repro_hash: str | None = None) -> None:
        """Stage and release one file; its signed verdict may name another repro_hash."""
        self.stage(content)
        self.flip(content, repro_hash=repro_hash)

    def flip(
        self, content: bytes, *, repro_hash: str | None = None, is_bad: bool = False
    ) -> FlipPlan:
        """Judge staged bytes and flip: publish, evidence, entry, pointer."""
        state = self.releases.state()
        covered = BAD if is_bad else None
        staged = builders.a_staged(content=content)
        against = state.against(SLOT, artifact=staged.artifact)
        verdict = builders.a_verdict(content=content, against=against, covered=covered)
        if repro_hash is not None:
            changed = dump(verdict).replace(staged.repro_hash.encode(), repro_hash.encode())
            verdict = parse(Verdict, changed, what="verdict")
        envelope = self._signer.sign(payload_of(verdict, engine_version="1"))
        proposal = Proposal(
            slot=SLOT,
            candidate=builders.a_candidate(),
            policy=builders.a_policy(),
            verdict=verdict,
            signed=self.step.verifiers.verify(envelope),
        )
        plan = plan_flip(state, (proposal,), now=builders.NOW)
        if plan.entry is None or plan.pointer is None:
            return plan
        if not isinstance(plan.entry.changes[0], Quarantined):
            self.world.registry.put(staged.artifact, staged.files)
        report = builders.a_report(staged, covered=covered)
        evidence = (envelope, dump(report), dump(builders.a_performance(staged)))
        self.releases.commit(plan.entry, plan.pointer, evidence=evidence)
        return plan

    def roll_back(self) -> RollbackPlan:
        """Go back one release."""
        return self.step.commit(BACK, decided=lambda: None)

    def freeze(self) -> None:
        """Freeze the slot."""
        Hold(releases=self.releases, now=builders.NOW).freeze(SLOT, reason="audit")

    def regenerate(self) -> None:
        """Write everything that is derived."""
        for step in derived_steps(self.world):
            step.make()

    def faults(self) -> list[str]:
        """What is wrong with the state, one line each."""
        step = Verify(
            releases=self.releases,
            registry=self.world.registry,
            verifiers=self.world.verifiers,
        )
        return list(step.findings().faults)

    def late(self) -> list[str]:
        """Derived files that are not what the ledger says."""
        return [name for step in derived_steps(self.world) for name in step.outdated()]
