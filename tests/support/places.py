"""A release repository in a temporary folder with keys, driven by steps without the command."""

import json
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from support import builders, floors
from support.repositories import Repository

from openmed.adapters.disk.disk import REAL, Disk
from openmed.adapters.keys.dsse import FileSigner, FileVerifiers
from openmed.adapters.keys.key_place import KeyPlace
from openmed.adapters.keys.key_ring import FileKeyRing
from openmed.adapters.stores.release_store import FileReleaseStore
from openmed.context import Context
from openmed.domain.attestation.statement import payload_of
from openmed.domain.attestation.verifier import Role
from openmed.domain.candidates.candidate import Candidate
from openmed.domain.candidates.catalogue import Listed
from openmed.domain.digest import sha256_hex
from openmed.domain.evaluation.report import BenchmarkReport
from openmed.domain.gates.order.floor import Floor
from openmed.domain.gates.policy import Policy
from openmed.domain.gates.rules import GATES
from openmed.domain.gates.verdict import Verdict
from openmed.domain.ledger.changes import Quarantined
from openmed.domain.ledger.cited.condemned_behaviour import CondemnedBehaviours
from openmed.domain.ledger.cited.suite_editions import SuiteEditions
from openmed.domain.release.flip import plan_flip
from openmed.domain.release.flip_record import FlipRecord
from openmed.domain.release.product import VerdictProduct
from openmed.domain.release.rollback import RollbackPlan
from openmed.domain.release.rollback_options import Request, Where
from openmed.domain.suites.suite import Suite, SuitePin
from openmed.domain.wire import dump, parse
from openmed.pipeline.regeneration import derived_steps
from openmed.steps.flip.flip import Flip
from openmed.steps.hold import Hold
from openmed.steps.lift import Lift
from openmed.steps.rollback import Rollback
from openmed.steps.rotate import Rotate
from openmed.steps.verify import Findings, Verify

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
LEAKS = {"PATIENT_NAME": 10, "SSN": 100}
"""Covered by label: so little that the gates say no."""
ZERO = "0" * 64


@dataclass(frozen=True)
class FixedInputs:
    """What humans would have reviewed."""

    rows: tuple[Candidate, ...]
    chosen: Policy

    def queue(self) -> tuple[Candidate, ...]:
        """The rows."""
        return self.rows

    def policy(self, slot: str) -> Policy:
        """The same for every slot."""
        assert slot
        return self.chosen

    def floor(self) -> Floor | None:
        """One that the policies of tests meet."""
        return floors.FLOOR

    def pins(self) -> tuple[SuitePin, ...]:
        """One suite."""
        return (builders.a_pin(),)

    def registry_settings(self) -> str:
        """Where nobody edits them."""
        return ZERO

    def listed(self, repo_id: str) -> Listed:
        """Nobody looks at the catalogue here."""
        raise NotImplementedError(repo_id)

    def suite(self, pin: SuitePin) -> Suite:
        """Nobody measures here."""
        raise NotImplementedError(pin.name)

    def suite_defects(self, pin: SuitePin) -> str:
        """Nobody measures here."""
        raise NotImplementedError(pin.name)


class Place:
    """One release repository whose key `release` judges.

    Its files lie where those of the command do, so the command may be used on it too.
    """

    def __init__(
        self,
        root: Path,
        *,
        now: str = builders.NOW,
        disk: Disk = REAL,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        """Make the repository if it is not there; a second one on a root is a second process."""
        self.root, self.now = root, now
        self.keys = KeyPlace(
            root / "me/.config/openmed/keys/local.pem", root / "artifacts/keys", root / "gates/keys"
        )
        self.ring = FileKeyRing(self.keys)
        if not self.keys.private.exists():
            self.ring.add("release", (Role.JUDGE,), file=self.keys.private)
        self.signer = FileSigner(self.keys)
        self.verifiers = FileVerifiers(self.keys)
        self.world = Context(root=root, now=now, quiet=True, disk=disk, wait=wait)
        self.store, self.registry = self.world.store, self.world.registry
        self.products = self.world.products
        self.releases = FileReleaseStore(root, lock_seconds=5, disk=disk, memory=self.world.memory)
        self.rollback = Rollback(
            releases=self.releases,
            registry=self.registry,
            store=self.store,
            verifiers=self.verifiers,
            released=self.world.released_bytes,
            now=now,
            is_local=True,
        )

    def signed(self, verdict: Verdict, *, verifier: str = "release") -> bytes:
        """The envelope over a verdict by this process's key."""
        return self.signer.sign(payload_of(verdict, engine_version="1", verifier=verifier))

    def served(self, artifact: str) -> str:
        """Folder the local registry serves a tree from."""
        return str(self.root / "artifacts" / "registry" / "trees" / artifact)

    def stage(self, content: bytes) -> None:
        """Stage one file and its profile."""
        with self.store.scratch() as scratch:
            folder = scratch / "kept"
            folder.mkdir()
            for name, data in builders.contents_of(content).items():
                (folder / name).write_bytes(data)
            self.store.admit(folder)

    def verdict(
        self,
        content: bytes,
        *,
        covered: dict[str, int] | None = None,
        slot: str = SLOT,
        report: BenchmarkReport | None = None,
    ) -> Verdict:
        """A verdict on one file against what is live; its bytes are staged."""
        self.stage(content)
        against = self.releases.state().against(slot, artifact=builders.artifact_of(content))
        return builders.a_verdict(
            candidate=builders.a_candidate(slot=slot),
            content=content,
            covered=covered,
            against=against,
            now=self.now,
            report=report,
        )

    def release(  # noqa: PLR0913 - a test changes any one thing
        self,
        content: bytes,
        *,
        slot: str = SLOT,
        repro_hash: str | None = None,
        covered: dict[str, int] | None = None,
        envelope: bytes | None = None,
        report: BenchmarkReport | None = None,
        summary: bytes | None = None,
    ) -> bytes:
        """Flip to one file, past all looks of the flip step, or quarantine it.

        Args:
            content: the file.
            slot: the slot.
            repro_hash: another repro_hash than the parts give, signed.
            covered: spans covered by label; what fails is quarantined.
            envelope: an envelope to use instead of a new one.
            report: a report to use instead of a new one.
            summary: what to name as its summary; None = nothing, as earlier engines did.

        Returns:
            The envelope that was used.
        """
        verdict = self.verdict(content, covered=covered, slot=slot, report=report)
        if repro_hash is not None:
            known = verdict.repro_hash or ""
            changed = dump(verdict).replace(known.encode(), repro_hash.encode())
            verdict = parse(Verdict, changed, what="verdict")
        used = envelope or self.signed(verdict)
        signed = self.verifiers.verify(used)
        row = builders.a_candidate(slot=slot)
        proposal = builders.a_proposal(
            signed.verdict, candidate=row, keyid=signed.keyid, envelope=used
        )
        if summary is not None:
            proposal = proposal.summarised(sha256_hex(summary))
        plan = plan_flip(self.releases.state(), (proposal,), now=self.now)
        assert plan.entry is not None, plan.results
        assert plan.pointer is not None
        if not isinstance(plan.entry.changes[0], Quarantined):
            self.registry.put(builders.artifact_of(content), verdict.files)
        staged = builders.a_staged(row, content=content)
        measured = report or builders.a_report(staged, covered=covered)
        policy = builders.a_policy().content
        files = (used, policy, dump(measured), dump(builders.a_performance(staged)))
        evidence = files if summary is None else (*files, summary)
        self.releases.commit(plan.entry, plan.pointer, evidence=evidence)
        return used

    def offer(
        self,
        verdict: Verdict,
        envelope: bytes | None,
        *,
        content: bytes,
        covered: dict[str, int] | None = None,
    ) -> None:
        """Leave the products that a flip takes up."""
        staged = builders.a_staged(content=content)
        text = envelope.decode() if envelope is not None else None
        write = self.products.write
        write(SLOT, "verdict", ZERO, VerdictProduct(verdict=verdict, envelope=text))
        write(SLOT, "golden", ZERO, builders.a_report(staged, covered=covered))
        write(SLOT, "performance", ZERO, builders.a_performance(staged))

    def inputs(
        self, *, policy: Policy | None = None, queue: tuple[Candidate, ...] | None = None
    ) -> FixedInputs:
        """What humans would have reviewed: one row, unless others are named."""
        rows = (builders.a_candidate(),) if queue is None else queue
        return FixedInputs(rows, policy or builders.a_policy())

    def write_queue(self) -> None:
        """Write the one row as a file, for the command."""
        row = builders.a_candidate()
        lines = [
            f"{name} = {json.dumps(value)}" for name, value in row.model_dump().items() if value
        ]
        path = self.root / "gates" / "candidates.toml"
        path.write_text("\n".join(["[[candidate]]", *lines, ""]))

    def flip(
        self, *, policy: Policy | None = None, queue: tuple[Candidate, ...] | None = None
    ) -> FlipRecord:
        """Flip to what was offered, if it may be; the queue may have been edited since."""
        return self.flip_step(policy=policy, queue=queue).run()

    def flip_step(
        self, *, policy: Policy | None = None, queue: tuple[Candidate, ...] | None = None
    ) -> Flip:
        """The step that flips to what was offered."""
        inputs = self.inputs(policy=policy, queue=queue)
        return Flip(
            slots=(SLOT,),
            verdict_product="verdict",
            inputs=inputs,
            products=self.products,
            store=self.store,
            releases=self.releases,
            registry=self.registry,
            verifiers=self.verifiers,
            released=self.world.released_bytes,
            condemned=CondemnedBehaviours(self.releases.evidence),
            editions=SuiteEditions(self.releases.evidence),
            waivers=self.world.waivers,
            measurements=self.world.measurements,
            gates=GATES,
            registry_settings=inputs.registry_settings(),
            may_build=True,
            now=self.now,
        )

    def regenerate(self) -> None:
        """Write everything that is derived, from verified evidence."""
        for step in derived_steps(self.world):
            step.run()

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the real command here."""
        return Repository(root=self.root, home=self.root / "me").run(*arguments)

    def roll_back(self, request: Request = BACK) -> RollbackPlan:
        """Go back one release."""
        return self.rollback.commit(request, decided=lambda: None)

    @property
    def hold(self) -> Hold:
        """The step that freezes and thaws."""
        return Hold(releases=self.releases, now=self.now)

    def verify(self) -> Findings:
        """Look at everything."""
        return Verify(
            releases=self.releases,
            released=self.world.released_bytes,
            verifiers=self.verifiers,
            waivers=self.world.waivers,
            heads=self.world.heads,
            now=self.now,
        ).findings()

    def rotate(self, *, verifier: str = "", is_lost: bool = False) -> str:
        """Replace the key; the tag of the entry."""
        step = Rotate(
            releases=self.releases, ring=self.ring, verifiers=self.verifiers, now=self.now
        )
        _, tag = step.rotate(verifier, is_lost=is_lost)
        self.signer = FileSigner(self.keys)
        return tag

    @property
    def lift(self) -> Lift:
        """The step that lifts quarantines."""
        return Lift(
            releases=self.releases,
            verifiers=self.verifiers,
            waivers=self.world.waivers,
            now=self.now,
        )

    def person(self, name: str, *roles: Role) -> FileSigner:
        """A person whose key is listed with these roles."""
        file = self.root / f"{name}.pem"
        self.ring.add(name, roles, file=file)
        return FileSigner(self.keys, file=file)
