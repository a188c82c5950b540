"""Acting on state that other machines share: follow, act, push; when another was first, act again.

Without `gates/shared.toml` the state is this machine's own, and acting is all there is.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from openmed.context import Context
from openmed.domain.release.sync_config import FILE, MINIMAL
from openmed.errors import FlipConflictError, OpenMedError, UsageError
from openmed.pipeline.sharing_rules import require_alone, unshared_tags

if TYPE_CHECKING:
    from openmed.pipeline.sharing import Sharing

Answer = TypeVar("Answer")
DEEPEN: Final = "git fetch --unshallow"
"""What gets the whole history of a shallow clone."""
WHOLE: Final = "compare it with the machine it came from: openmed release history"
"""What tells a copy without history whether it is behind."""


def share(  # noqa: PLR0913 - each says something else of the command
    context: Context,
    act: Callable[[Context], Answer],
    *,
    is_urgent: bool = False,
    is_judging: bool = False,
    is_repairing: bool = False,
    is_repeatable: bool = True,
) -> Answer:
    """Act on a release repository, and share what happened.

    Args:
        context: the release repository.
        act: reads the state, compares, and moves it; called again, with what was fetched and at
            its own time, when another machine was first.
        is_urgent: it acts at once also while the remote is away, and is shared later.
        is_judging: queue, policies, suites and keys must be the reviewed ones.
        is_repairing: it mends a pointer that went backwards itself.
        is_repeatable: whether `act` may be called again; if not, what it did is replayed.

    Raises:
        FlipConflictError: others were first each time; nothing of it holds.
        IntegrityError: this checkout or the shared branch went backwards, or is damaged.
        ExternalError: the remote cannot be reached, or refuses the state.
        UsageError: what decides is not what was reviewed.
    """
    if is_repairing:
        context = _with_its_configuration(context)
    git = context.git_state
    if git is None:
        return _alone(context, act, may_act=is_urgent or is_repairing)
    from openmed.pipeline.sharing import Sharing  # noqa: PLC0415 - heavy: it renders pages again

    sharing = Sharing(
        context, git, is_urgent=is_urgent, is_judging=is_judging, is_repairing=is_repairing
    )
    sharing.begin()
    answer = _acted(sharing, context, act)
    for _ in range(git.attempts - 1):
        if sharing.finish(is_repeatable=is_repeatable):
            return answer
        context.terminal.line("another machine was first; acting again on what it shared")
        sharing.begin()
        if is_repeatable:
            answer = _acted(sharing, context, act)
    if sharing.finish(is_repeatable=is_repeatable):
        return answer
    msg = f"another machine was first, {git.attempts} times; nothing of this holds"
    raise FlipConflictError(msg, next_step="run it again")


def _alone(context: Context, act: Callable[[Context], Answer], *, may_act: bool) -> Answer:
    """Act without sharing; where the state was shared, say so, or refuse what can wait."""
    if not may_act:
        require_alone(context)
    answer = act(context)
    fault = context.sharing_memory.fault()
    if fault is not None:
        context.terminal.line(f"not shared: {fault.says}; next: {fault.next_step}")
    return answer


def _with_its_configuration(context: Context) -> Context:
    """The repository with `gates/shared.toml` as it was, where that is lost and remembered."""
    fault = context.sharing_memory.fault()
    if fault is None or not context.sharing_memory.restore(fault):
        return context
    context.terminal.line(f"wrote {FILE} as {fault.record.where} has it")
    return context.at_this_moment()


def follow(context: Context) -> Context:
    """Take in what others shared, as it was last fetched, for a command that moves nothing.

    A job that measures has a checkout without state where the state has a branch of its own; it
    asks no remote, as its checkout fetched every branch.

    Returns:
        The same repository, read again.

    Raises:
        IntegrityError: this checkout or the shared branch went backwards, or is damaged.
    """
    if context.git_state is None:
        return context
    from openmed.pipeline.sharing import Sharing  # noqa: PLC0415 - as in `share`

    Sharing(context, context.git_state).follow()
    return context.at_this_moment()


def _acted(sharing: "Sharing", context: Context, act: Callable[[Context], Answer]) -> Answer:
    """Act; what moved before it failed is shared all the same."""
    try:
        return act(context.at_this_moment())
    except (OpenMedError, OSError):
        with suppress(OpenMedError):
            sharing.finish(is_repeatable=False)
        raise


def require_shared(context: Context) -> None:
    """Refuse to go on where nobody would learn what happened: a checkout that is thrown away.

    Raises:
        UsageError: the state is not shared.
    """
    if context.git_state is None:
        msg = (
            "the release state is not shared: the next run on a fresh checkout would know nothing "
            "of this one, of its quarantines neither"
        )
        raise UsageError(msg, next_step=f"commit {FILE} with: {MINIMAL}")


class Horizon(NamedTuple):
    """What was not checked, as nothing here remembers it.

    Attributes:
        says: what.
        fix: how it gets here.
    """

    says: str
    fix: str


def horizon_lines(context: Context) -> tuple[str, ...]:
    """Lines for a person about what was not checked; none where everything is remembered."""
    return tuple(f"{one.says}; {one.fix}" for one in horizons(context))


def horizons(context: Context) -> tuple[Horizon, ...]:
    """History that a shallow clone does not have, or a folder that never had any."""
    commits = context.memory.horizon()
    return _shallow(commits) if commits else _without_history(context)


def _shallow(commits: tuple[str, ...]) -> tuple[Horizon, ...]:
    more = f" and {len(commits) - 1} more" if len(commits) > 1 else ""
    says = (
        f"this clone is shallow: entries that only commits before {commits[0][:12]}{more} had were "
        "not checked"
    )
    return (Horizon(says, DEEPEN),)


def _without_history(context: Context) -> tuple[Horizon, ...]:
    """A copy without git, whose only memory is what it read since, and derived files."""
    try:
        state = context.releases.reached()
    except OpenMedError:
        return ()  # Whoever reads the state says what is wrong with it.
    tag = context.memory.begins_at(state)
    if not tag:
        return ()
    says = (
        f"git has no history here: whether anything took effect after {tag} before this folder "
        "read it first was not checked, but for what reports and pages here name"
    )
    unnamed = context.memory.unnamed_evidence(state)
    verb, noun = ("is", "file") if unnamed == 1 else ("are", "files")
    more = f"; {unnamed} evidence {noun} here {verb} named by no entry" if unnamed else ""
    return (Horizon(f"{says}{more}", WHOLE),)


def unshared_lines(context: Context) -> tuple[str, ...]:
    """Lines for a person about what nobody else has, and about sharing that was lost or changed."""
    try:
        fault = context.sharing_memory.fault()
        tags = unshared_tags(context)
    except UsageError as error:
        return (f"sharing: {error.message}",)
    where = context.git_state.branch.name if context.git_state else ""
    noun = "them" if len(tags) > 1 else "it"
    lost = (f"sharing: {fault.says}; next: {fault.next_step}",) if fault else ()
    told = (f"not shared yet: {', '.join(tags)}; {where} does not have {noun}",) if tags else ()
    return (*lost, *told)
