"""Runs of one release repository that tell people, each in a fresh checkout."""

import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest
from support.github.loopback import TOKEN, LoopbackGithub
from support.github.receiver import SECRET, Receiver

from openmed.app.notify import deliver
from openmed.context import Context
from openmed.domain.notices.notice import Notice, NoticeKind
from openmed.domain.notices.notify_report import NotifyReport

HELD = NoticeKind.HELD
GITHUB = '[[sink]]\nname = "github"\nrepository = "openmed/models"\n'
WEBHOOK = '[[sink]]\nname = "webhook"\n'


def trouble(slot: str, *about: str, kind: NoticeKind = HELD, reason: str = "too few") -> Notice:
    """What a run has to tell of one slot."""
    return Notice(
        kind=kind, slot=slot, about=about or ("recall_floor",), title=f"{kind.value}: {slot}",
        lines=(reason,), next_step=f"openmed release explain {slot}", evidence=("e" * 64,),
        created="2026-11-29T00:00:00Z",
    )  # fmt: skip


class Nights:
    """A repository whose committed state goes on from night to night, and nothing else."""

    def __init__(self, root: Path, settings: str) -> None:
        """Write who is told."""
        self.root = root
        self.waits: list[float] = []
        self.count = 0
        self.settings(settings)

    def settings(self, text: str) -> None:
        """Write `gates/notices.toml`."""
        (self.root / "gates").mkdir(parents=True, exist_ok=True)
        (self.root / "gates" / "notices.toml").write_text(text)

    def context(self) -> Context:
        """The repository, as of this night."""
        self.count += 1
        minute, second = divmod(self.count, 60)
        now = f"2026-11-29T{12 + minute // 60:02}:{minute % 60:02}:{second:02}Z"
        return Context(self.root, now, quiet=True, wait=self.waits.append)

    def run(
        self, troubles: Iterable[Notice] = (), *, ended: Iterable[Notice] = (), fresh: bool = True
    ) -> NotifyReport:
        """One night: what stands, and what was found good again."""
        if fresh:
            shutil.rmtree(self.root / "artifacts", ignore_errors=True)
        context = self.context()
        for notice in troubles:
            context.outbox.put(_at(notice, context.now, notice.kind))
        for notice in ended:
            context.outbox.put(_at(notice, context.now, NoticeKind.RECOVERED))
        return deliver(context)


def _at(notice: Notice, now: str, kind: NoticeKind) -> Notice:
    return Notice(
        kind=kind, slot=notice.slot, about=notice.about, title=notice.title, lines=notice.lines,
        next_step=notice.next_step, evidence=notice.evidence, created=now,
    )  # fmt: skip


def use_github(monkeypatch: pytest.MonkeyPatch, github: LoopbackGithub) -> None:
    """Have this process's environment name it."""
    monkeypatch.setenv("GITHUB_API_URL", github.url)
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)


def use_receiver(monkeypatch: pytest.MonkeyPatch, receiver: Receiver) -> None:
    """Have this process's environment name it."""
    monkeypatch.setenv("OPENMED_WEBHOOK_URL", receiver.url)
    monkeypatch.setenv("OPENMED_WEBHOOK_SECRET", SECRET)
