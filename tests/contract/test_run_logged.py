"""Programs that know nothing of us: what is logged, how they end."""

import subprocess
import sys
from pathlib import Path

import pytest
from support.processes import eventually, is_gone

from openmed.adapters.disk import atomic
from openmed.adapters.process.child_process import run_logged
from openmed.errors import ExternalError


def run(folder: Path, code: str, *, timeout: float = 30, lines: list[str] | None = None) -> int:
    """Run code as a recipe is run."""
    return run_logged(
        [sys.executable, "-S", "-E", "-c", code],
        homes=folder / "homes",
        cwd=folder,
        log=folder / "logs" / "build.log",
        timeout=timeout,
        confinement=None,
        progress=None if lines is None else lines.append,
    )


def test_run_logged_gives_exit_code_log_and_progress(tmp_path: Path) -> None:
    """Both streams are in the log; stderr is told line by line, without escape codes."""
    lines: list[str] = []
    code = "import sys; print('out'); sys.stderr.write('\\x1b[31mone\\n\\ntwo'); sys.exit(3)"
    assert run(tmp_path, code, lines=lines) == 3
    assert lines == ["[31mone", "two"]
    log = (tmp_path / "logs" / "build.log").read_text()
    assert "out" in log
    assert "two" in log


def test_run_logged_hides_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A recipe is a stranger too."""
    monkeypatch.setenv("HF_TOKEN", "a-secret-value")
    assert run(tmp_path, "import os, sys; sys.exit('HF_TOKEN' in os.environ)") == 0


def test_run_logged_ends_what_takes_too_long(tmp_path: Path) -> None:
    """Closing its streams does not save it."""
    code = "import os, time; open('pid', 'w').write(str(os.getpid())); os.close(2); time.sleep(60)"
    with pytest.raises(ExternalError, match=r"did not finish within 1 s; log: "):
        run(tmp_path, code, timeout=1)
    assert eventually(lambda: is_gone(int((tmp_path / "pid").read_text())), within=5)


def test_run_logged_does_not_wait_for_what_was_left_behind(tmp_path: Path) -> None:
    """A grandchild that keeps stderr open ends with the block."""
    code = (
        "import subprocess; p = subprocess.Popen(['sleep', '600']); "
        "open('pid', 'w').write(str(p.pid))"
    )
    assert run(tmp_path, code) == 0
    assert eventually(lambda: is_gone(int((tmp_path / "pid").read_text())), within=5)


def test_run_logged_names_the_signal(tmp_path: Path) -> None:
    """A crash is not an exit code."""
    with pytest.raises(ExternalError, match="was killed by SIGSEGV"):
        run(tmp_path, "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")


def test_run_logged_says_what_could_not_be_started(tmp_path: Path) -> None:
    """A missing program is not a crash of it."""
    with pytest.raises(ExternalError, match="nowhere could not be started"):
        run_logged(
            [str(tmp_path / "nowhere")],
            homes=tmp_path,
            cwd=tmp_path,
            log=tmp_path / "log",
            timeout=20,
            confinement=None,
        )


def test_a_program_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    """Kill -9 of the parent closes the pipe that the launcher listens to."""
    script = tmp_path / "parent.py"
    child = "import os, time; open('pid.tmp', 'w').write(str(os.getpid())); "
    child += "os.rename('pid.tmp', 'pid'); time.sleep(60)"
    script.write_text(
        "import sys\nfrom pathlib import Path\n"
        "from openmed.adapters.process.child_process import run_logged\n"
        f"here = Path({str(tmp_path)!r})\n"
        f"run_logged([sys.executable, '-c', {child!r}], homes=here / 'homes', cwd=here, "
        "log=here / 'log', timeout=60, confinement=None)\n"
    )
    with subprocess.Popen([sys.executable, str(script)]) as parent:
        assert eventually((tmp_path / "pid").exists, within=20)
        parent.kill()
    assert eventually(lambda: is_gone(int((tmp_path / "pid").read_text())), within=5)
    assert atomic.sweep(tmp_path) == 1
