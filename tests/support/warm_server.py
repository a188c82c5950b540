"""The process that `warm_start` forks commands from: loads our code, then reads requests."""

import gc
import importlib
import io
import json
import os
import pkgutil
import runpy
import sys
from typing import Final

import openmed

PROGRAMS: Final = ("launcher", "worker_main", "worker_start", "__main__")
"""Modules of ours that are programs of their own."""
LATE: Final = ("scipy.special", "rich.cells")
"""What commands load when they first need it."""


def load() -> None:
    """Load what commands load."""
    names = [found.name for found in pkgutil.walk_packages(openmed.__path__, "openmed.")]
    for name in (*names, *LATE):
        if not any(program in name.split(".") for program in PROGRAMS):
            importlib.import_module(name)
    gc.collect()
    gc.freeze()


def serve(answers: int) -> None:
    """Fork a command for each request; the answer is its process id, then its exit code."""
    for line in sys.stdin.buffer:
        request = json.loads(line)
        child = os.fork()
        if child == 0:
            os.close(answers)
            become(request)
            return
        os.write(answers, f"{child}\n".encode())
        _, status = os.waitpid(child, 0)
        os.write(answers, f"{os.waitstatus_to_exitcode(status)}\n".encode())


def become(request: dict[str, list[str] | dict[str, str] | str]) -> None:
    """Be the command, as `python -m openmed` is."""
    outputs, arguments, env = request["outputs"], request["arguments"], request["env"]
    os.chdir(str(request["cwd"]))
    os.environ.clear()
    assert isinstance(env, dict)
    os.environ.update(env)
    _redirect(0, os.devnull, os.O_RDONLY)
    for descriptor, path in zip((1, 2), outputs, strict=True):
        _redirect(descriptor, path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - a descriptor
    sys.stdout = io.TextIOWrapper(io.FileIO(1, "w", closefd=False), encoding="utf-8")
    sys.stderr = io.TextIOWrapper(
        io.FileIO(2, "w", closefd=False), encoding="utf-8", errors="backslashreplace",
        line_buffering=True,
    )  # fmt: skip
    sys.argv = [sys.argv[0], *arguments]
    sys.path[0] = str(request["cwd"])
    runpy.run_module("openmed", run_name="__main__", alter_sys=True)


def _redirect(descriptor: int, path: str, flags: int) -> None:
    opened = os.open(path, flags, 0o600)
    os.dup2(opened, descriptor)
    os.close(opened)


if __name__ == "__main__":
    load()
    serve(os.dup(1))
