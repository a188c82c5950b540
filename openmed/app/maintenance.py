"""Looking after a release repository: verify, finish what was interrupted, collect."""

from typing import NamedTuple

from openmed.app.sync import share
from openmed.context import Context
from openmed.domain.ledger.clock_rules import entries_ahead
from openmed.domain.ledger.entry import Entry
from openmed.domain.pages.baseline import render_earlier_baseline
from openmed.domain.release.page_record import PageRecord
from openmed.domain.release.publishing.eviction import Eviction
from openmed.domain.release.reconcile import ReconcilePlan
from openmed.errors import OpenMedError, UsageError
from openmed.pipeline.publishing.publication import publish_again, publisher
from openmed.pipeline.regeneration import RECORDS, DerivedStep, derived_steps
from openmed.pipeline.run_preconditions import require_registry
from openmed.pipeline.step_runner import run_step
from openmed.steps import stage
from openmed.steps.notes.regenerate_notes import RegenerateNotes
from openmed.steps.publish import Publish, Published
from openmed.steps.reconcile import Reconcile
from openmed.steps.recover import GoForward, Recover, SetAside
from openmed.steps.regenerate import Regenerate
from openmed.steps.removal.collect import Collect, CollectionResult
from openmed.steps.removal.evict import Evict
from openmed.steps.verify import Findings, Verify, VerifyCheck


def verify_releases(
    world: Context, *, tag: str = "", since: str = "", is_offline: bool = False
) -> Findings:
    """Look at everything that is recorded, served and derived; change nothing.

    Args:
        world: the release repository.
        tag: the fleet as it stood after this entry, without what is derived; empty = now.
        since: only what entries after this one recorded, without pages; empty = all.
        is_offline: only what is committed under `gates/`.

    Raises:
        UsageError: not a release repository, or there is no such entry.
    """
    _require_repository(world)
    step = Verify(
        releases=world.releases,
        released=world.released_bytes,
        verifiers=world.verifiers,
        waivers=world.waivers,
        heads=world.heads,
        now=world.now,
    )
    found = step.findings(tag, since=since, is_offline=is_offline)
    if found.faults or tag or since:
        return found  # What is derived from a broken record says nothing.
    return found._replace(checks=(*found.checks, _derived(world, is_offline=is_offline)))


class Recovered(NamedTuple):
    """What finishing came to.

    Attributes:
        aside: entries that never took effect.
        temporary: unfinished files and folders that were removed.
        derived: derived files that were written.
        forward: entries the pointer reaches again.
        ahead: entries from the future, as the clock here has it; no release goes past them.
        published: what was served again, and what is not; what is whole is not named.
    """

    aside: tuple[SetAside, ...]
    temporary: int
    derived: tuple[str, ...]
    forward: tuple[Entry, ...] = ()
    ahead: tuple[Entry, ...] = ()
    published: Published = Published((), (), ())


def recover(world: Context, *, dropped: str = "", is_forward: bool = False) -> Recovered:
    """Finish what was interrupted; doing it again changes nothing.

    Args:
        world: the release repository.
        dropped: head of a branch of stray entries to give up.
        is_forward: first put the pointer on the last entry that this checkout has seen.

    Raises:
        UsageError: not a release repository, or there is no such head to drop.
        IntegrityError: the state cannot be trusted; nothing was changed.
    """
    is_lost = is_forward and world.releases.lost_heads(world.releases.last_whole())
    if not is_lost:  # Where all of gates/ was removed, this is what brings it back.
        _require_repository(world)
    if not is_forward:
        return _recovered(world, dropped=dropped)

    def act(world: Context) -> Recovered:
        later = GoForward(releases=world.releases, verifiers=world.verifiers).forward()
        return _recovered(world, dropped=dropped)._replace(forward=later)

    return share(world, act, is_repairing=True, is_repeatable=False)


def _recovered(world: Context, *, dropped: str = "") -> Recovered:
    aside = Recover(releases=world.releases).recover(dropped=dropped)
    temporary = world.sweep()
    derived: list[str] = []
    late_steps = {step.kind: step.outdated() for step in derived_steps(world)}
    # What stands and is wrong was made from something wrong: nothing of it is relied on.
    is_whole = not any(late_steps.values())
    for step in derived_steps(world, is_trusting=is_whole):
        late = [f"{step.kind}: {name}" for name in late_steps[step.kind]]
        done = run_step(step, products=world.products, retry=True)
        if done.fault is not None:
            raise OpenMedError(done.fault.message, next_step=done.fault.next_step)
        derived += late
    published = _publisher(world).publish(is_asked=False)._replace(whole=())
    ahead = entries_ahead(world.releases.state().entries, now=world.now)
    return Recovered(aside, temporary, tuple(derived), ahead=ahead, published=published)


def publish(world: Context, *, slot: str = "") -> Published:
    """Publish again what the pointer says and the registry does not serve.

    Raises:
        UsageError: not a release repository, or the slot serves nothing.
        IntegrityError: the state cannot be trusted.
    """
    _require_repository(world)
    require_registry(world)
    return publish_again(world, slot)


def _publisher(world: Context) -> Publish:
    return publisher(world)


def reconcile(
    world: Context, head: str = "", *, is_abandoning: bool, reason: str
) -> tuple[ReconcilePlan, ...]:
    """Take in what other heads of the ledger did, and write what is derived.

    Raises:
        UsageError: not a release repository, or there is no such head.
        IntegrityError: entries of the head are not here.
    """
    _require_repository(world)

    def act(world: Context) -> tuple[ReconcilePlan, ...]:
        step = Reconcile(releases=world.releases, registry=world.registry, now=world.now)
        done = step.reconcile(head, is_abandoning=is_abandoning, reason=reason)
        _recovered(world)
        return done

    return share(world, act, is_repairing=True, is_repeatable=False)


def collect(
    world: Context, *, hours: float, budget: int | None, is_dry_run: bool
) -> CollectionResult:
    """Remove what no slot may need again, and write what is derived.

    Args:
        world: the release repository.
        hours: what is younger stays.
        budget: bytes that predictions may take; None = as many as there are.
        is_dry_run: whether nothing is changed.

    Raises:
        UsageError: the queue cannot be read.
    """
    if is_dry_run:
        return _collect(world, hours, budget).plan()

    def act(world: Context) -> CollectionResult:
        done = _collect(world, hours, budget).collect()
        _recovered(world)
        return done

    return share(world, act)


def _collect(world: Context, hours: float, budget: int | None) -> Collect:
    return Collect(
        releases=world.releases,
        products=world.products,
        inputs=world.inputs,
        trees=world.hoards[:2],
        downloads=world.hoards[2],
        packages=world.hoards[3],
        packages_of=world.packages_of,
        predictions=world.prediction_files,
        artifact_of=world.predictions.artifact_of,
        budget=budget,
        staged_product=stage.PRODUCT,
        hours=hours,
        now=world.now,
    )


def evict(world: Context, *, hours: float, budget: int, is_dry_run: bool) -> Eviction:
    """Remove staged trees that public repositories have too, down to a budget.

    Args:
        world: the release repository.
        hours: what is younger stays.
        budget: bytes that staged trees may take.
        is_dry_run: only say what would go.

    Raises:
        UsageError: not a release repository, or the queue cannot be read.
        IntegrityError: the state cannot be trusted.
        FlipConflictError: another process holds the lock.
    """
    _require_repository(world)
    step = Evict(
        releases=world.releases,
        registry=world.registry,
        staged=world.hoards[0],
        in_use=_collect(world, hours, None).in_use(),
        budget=budget,
        hours=hours,
        now=world.now,
    )
    return step.plan() if is_dry_run else step.evict()


def _require_repository(world: Context) -> None:
    """An empty ledger is whole, so it must not be one because of a wrong folder."""
    if not world.is_repository:
        msg = "no gates/ in the release repository"
        raise UsageError(msg, next_step="cd to the folder with gates/, or use --root")


class DerivedFiles(NamedTuple):
    """What is derived of one kind.

    Attributes:
        looked_at: how many files.
        outdated: files that are not what this engine makes of the ledger.
        reworded: how many are as an earlier engine worded them.
    """

    looked_at: int
    outdated: tuple[str, ...]
    reworded: int


def derived_files(world: Context, step: DerivedStep) -> DerivedFiles:
    """Compare every file of one kind with what all evidence gives; write nothing."""
    files = step.files()
    late = tuple(name for name, is_whole in files if not is_whole)
    earlier = _of_an_earlier_engine(world, step, late) if late else frozenset[str]()
    outdated = tuple(name for name in late if name not in earlier)
    return DerivedFiles(len(files), outdated, len(late) - len(outdated))


def _derived(world: Context, *, is_offline: bool) -> VerifyCheck:
    """What is derived; a page that an earlier engine worded is told, and is no fault."""
    every = derived_steps(world, is_looking=True)
    steps = [step for step in every if not is_offline or step.kind == RECORDS]
    looked_at, faults, reworded = 0, list[str](), 0
    for step in steps:
        found = derived_files(world, step)
        looked_at += found.looked_at
        reworded += found.reworded
        faults += (
            f"{step.kind}: {name} is not what this engine makes of the ledger; "
            "openmed release recover"
            for name in found.outdated
        )
    notes = (
        (f"{reworded} files are as an earlier engine worded them; openmed release recover",)
        if reworded
        else ()
    )
    return VerifyCheck("derived", looked_at, tuple(faults), notes)


def _of_an_earlier_engine(
    world: Context, step: DerivedStep, late: tuple[str, ...]
) -> frozenset[str]:
    if isinstance(step, Regenerate) and step.kind == RECORDS:
        # Facts, not wording: what an engine makes of them is one of two forms.
        return step.as_rendered(render_earlier_baseline)
    made = world.products.read(step.slot, step.name, PageRecord)
    if made is None and isinstance(step, RegenerateNotes):
        return step.never_made()
    if made is None or not isinstance(made.value, PageRecord):
        return frozenset()
    record = made.value
    if record.pages_code == step.pages_code:
        return frozenset()
    # Kinds of files that the other engine did not know.
    new = tuple(name for name in late if name not in record.digests)
    found = zip(new, step.pages.digests(new), strict=True)
    as_it_wrote = record.standing(step.pages.digests(tuple(record.digests)))
    return as_it_wrote | {name for name, digest in found if not digest}
