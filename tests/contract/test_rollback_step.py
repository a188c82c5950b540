"""The rollback step on real ledger, evidence, keys and bytes: which targets it takes."""

from collections.abc import Callable
from pathlib import Path

import builders
import pytest

from openmed.adapters.artifact_store import FileArtifactStore
from openmed.adapters.keys import FileSigner, FileVerifiers, KeyPlace, init_keys
from openmed.adapters.publishers.local import LocalRegistry
from openmed.adapters.release_store import FileReleaseStore
from openmed.domain.digest import sha256_hex
from openmed.domain.flip import plan_flip
from openmed.domain.refusal import Proposal
from openmed.domain.rollback_options import Request, Where
from openmed.domain.statement import payload_of
from openmed.domain.verdict import Verdict
from openmed.domain.wire import dump, parse
from openmed.steps.rollback import Rollback

SLOT = builders.SLOT
WHERE = Request(
    where=Where(family="pii"),
    tag=None,
    generation=None,
    is_revoking=True,
    is_partial=False,
    is_withdrawing=False,
    reason="it leaks",
)


class _Place:
    """A release repository with a key, driven without the command."""

    def __init__(self, root: Path) -> None:
        keys = KeyPlace(root / "me" / "local.pem", root / "artifacts/keys", root / "gates/keys")
        init_keys(keys)
        self.signer = FileSigner(keys)
        self.store = FileArtifactStore(root / "staged")
        self.registry = LocalRegistry(root / "registry", store=self.store)
        self.releases = FileReleaseStore(root, lock_seconds=5)
        self.step = Rollback(
            releases=self.releases,
            registry=self.registry,
            store=self.store,
            verifiers=FileVerifiers(keys),
            now=builders.NOW,
        )

    def release(self, content: bytes, *, repro_hash: str | None = None) -> None:
        """Release one file; its signed verdict may name another repro_hash than its parts give."""
        with self.store.scratch() as scratch:
            folder = scratch / "kept"
            folder.mkdir()
            (folder / "model.onnx").write_bytes(content)
            files = self.store.admit(folder)
        state = self.releases.state()
        report = builders.a_report(builders.a_staged(content=content))
        verdict = builders.a_verdict(
            content=content, against=state.against(SLOT, artifact=builders.artifact_of(content))
        )
        if repro_hash is not None:
            known = verdict.repro_hash or ""
            changed = dump(verdict).replace(known.encode(), repro_hash.encode())
            verdict = parse(Verdict, changed, what="verdict")
        envelope = self.signer.sign(payload_of(verdict, engine_version="1"))
        proposal = Proposal(
            slot=SLOT,
            candidate=builders.a_candidate(),
            policy=builders.a_policy(),
            verdict=verdict,
            signed=self.step.verifiers.verify(envelope),
        )
        plan = plan_flip(state, (proposal,), now=builders.NOW)
        assert plan.entry is not None
        assert plan.pointer is not None
        self.registry.put(builders.artifact_of(content), files)
        performance = builders.a_performance(builders.a_staged(content=content))
        evidence = (envelope, dump(report), dump(performance))
        self.releases.commit(plan.entry, plan.pointer, evidence=evidence)


@pytest.fixture
def place(tmp_path: Path) -> _Place:
    """An empty release repository."""
    return _Place(tmp_path)


def test_a_whole_target_is_restored(place: _Place) -> None:
    """Evidence, signature, bytes and repro_hash are looked at, and the release before is live."""
    place.release(b"first")
    place.release(b"second")
    plan = place.step.commit(WHERE, decided=lambda: None)
    assert plan.slots[0].artifact == builders.artifact_of(b"first")
    live = place.releases.state().live_in(SLOT)
    assert live is not None
    assert (live.generation, live.kind) == (3, "rollback")


def test_a_target_whose_repro_hash_does_not_recompute_is_passed_over(place: _Place) -> None:
    """Signed or not: what it says of its build is not true, so the next older green one it is."""
    place.release(b"first")
    place.release(b"second", repro_hash=sha256_hex(b"another build"))
    place.release(b"third")
    plan = place.step.commit(WHERE, decided=lambda: None)
    assert plan.slots[0].artifact == builders.artifact_of(b"first")
    (passed,) = plan.slots[0].passed_over
    assert passed.generation == 2
    assert "does not recompute" in passed.reason


def test_if_no_repro_hash_recomputes_the_rollback_is_refused(place: _Place) -> None:
    """Nothing moves."""
    place.release(b"first", repro_hash=sha256_hex(b"another build"))
    place.release(b"second")
    plan = place.step.commit(WHERE, decided=lambda: None)
    assert (plan.entry, plan.exit_code) == (None, 4)
    assert len(place.releases.state().entries) == 2


def _stray_key(root: Path) -> None:
    (root / "artifacts/keys/local.pub").unlink()


def _edited_verdict(root: Path) -> None:
    for path in (root / "gates" / "evidence").iterdir():
        if b'"payload"' in path.read_bytes():
            path.write_bytes(path.read_bytes().replace(b'"sig"', b'"Sig"'))


@pytest.mark.parametrize("harm", [_stray_key, _edited_verdict])
def test_a_target_whose_signature_does_not_count_is_refused(
    harm: Callable[[Path], None], tmp_path: Path
) -> None:
    """A rollback verifies what a flip verifies."""
    place = _Place(tmp_path)
    place.release(b"first")
    place.release(b"second")
    harm(tmp_path)
    assert place.step.plan(WHERE).exit_code == 4


def test_a_plan_writes_nothing(tmp_path: Path) -> None:
    """Every file as it was."""
    place = _Place(tmp_path)
    place.release(b"first")
    place.release(b"second")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert place.step.plan(WHERE).entry is not None
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
