"""`openmed doctor` says how far this machine can isolate candidates; none of it stops a release."""

from pathlib import Path

import pytest

from openmed.adapters.host.environment_probe import EnvironmentProbe
from openmed.adapters.process.isolation import Kernel
from openmed.app.doctor import examine
from openmed.context import Context
from openmed.domain.release.results.examination import Health

NOW = "2026-11-28T12:00:00Z"
KERNELS = {
    "all": (
        Kernel(7, seccomp=True, namespaces=True),
        Health.WELL,
        "Landlock 7, seccomp, namespaces",
    ),
    "no namespaces": (
        Kernel(4, seccomp=True, namespaces=False),
        Health.OPTIONAL,
        "Landlock 4, seccomp; no namespaces, so models get no shared memory (multiprocessing)",
    ),
    "no filter": (
        Kernel(1, seccomp=False, namespaces=True),
        Health.OPTIONAL,
        "none for code of candidates: the kernel offers no seccomp filter",
    ),
    "nothing": (
        Kernel(0, seccomp=False, namespaces=False),
        Health.OPTIONAL,
        "none for code of candidates: the kernel offers no Landlock and no seccomp filter",
    ),
}


@pytest.mark.parametrize("name", sorted(KERNELS))
def test_what_the_kernel_offers_is_said(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a fix wherever something is missing."""
    kernel, health, says = KERNELS[name]
    monkeypatch.setattr(EnvironmentProbe, "isolation", property(lambda _: kernel))
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "gates").mkdir()
    checks = examine(Context(root=tmp_path, now=NOW, quiet=True)).checks
    (row,) = (row for row in checks if row.name == "isolation")
    assert (row.health, row.says) == (health, says)
    assert bool(row.fix) == (health is not Health.WELL)
