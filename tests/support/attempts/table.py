"""Every attempt: what closes it, and how it is seen that it worked.

`by` names the layers that stop it; with all of these off it works, on a machine that has what it
`needs`. What an attempt says of itself counts (`done`, or the secret), unless
`seen` looks whether something came of it outside: inside a namespace much works on nobody.
"""

import os
import resource
import stat
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from support.attempts.victim import Victim

Seen = Callable[[Victim, str, str], bool]
"""Whether an attempt of this name worked: the machine, its name, what it said."""


@dataclass(frozen=True)
class Attempt:
    """One attempt.

    Attributes:
        by: layers that stop it, each alone.
        seen: whether it worked.
        needs: what a machine must have for it to work without a jail; empty = nothing.
    """

    by: frozenset[str]
    seen: Seen
    needs: str = ""


def _said(victim: Victim, name: str, said: str) -> bool:
    """It holds the secret, or did what nobody can pretend."""
    del name
    return victim.secret in said or said.startswith("done")


def _listed(victim: Victim, name: str, said: str) -> bool:
    """It knows a name that is there."""
    del victim, name
    return "pointer.json" in said


def _heard(victim: Victim, name: str, said: str) -> bool:
    """Its mark arrived."""
    del said
    return f"{victim.mark}-{name}" in victim.shown() + victim.queued()


def _called(victim: Victim, name: str, said: str) -> bool:
    """Somebody could come to it: nobody can once it has ended, so its word counts."""
    del victim, name
    return said.startswith("done")


def _planted(victim: Victim, name: str, said: str) -> bool:
    """Something is there that was not."""
    del said
    folder = victim.root / name
    texts = [path.name for path in folder.rglob("*") if path.name.startswith("planted")]
    return bool(texts)


def _changed(path: str) -> Seen:
    """A file holds the mark now."""

    def seen(victim: Victim, name: str, said: str) -> bool:
        del said
        with suppress(OSError):
            return victim.mark in (victim.root / name / path).read_text(errors="replace")
        return False

    return seen


def _pointer(is_other: Callable[[os.stat_result], bool]) -> Seen:
    """The commit point is not as it was."""

    def seen(victim: Victim, name: str, said: str) -> bool:
        del said
        try:
            return is_other(victim.pointer(name).stat())
        except FileNotFoundError:
            return True

    return seen


def _attribute(victim: Victim, name: str, said: str) -> bool:
    del said
    return bool(os.listxattr(victim.pointer(name)))


def _exists(folder: Path) -> Seen:
    """A file of the attempt's mark lies there; it is removed."""

    def seen(victim: Victim, name: str, said: str) -> bool:
        del said
        found = list(folder.glob(f"{victim.mark}-{name}*"))
        for path in found:
            path.unlink()
        return bool(found)

    return seen


def _engine(victim: Victim, name: str, said: str) -> bool:
    del name, said
    return victim.signals > 0


def _foreign(is_other: Callable[[int], bool]) -> Seen:
    """A setting of the foreign process is not as it was."""

    def seen(victim: Victim, name: str, said: str) -> bool:
        del name, said
        return is_other(int(victim.facts["foreign"]))

    return seen


_F, _N, _P, _R, _M, _D = (
    frozenset({layer})
    for layer in ("files", "network", "processes", "privileges", "memory", "disk")
)
ROOT: Final = "root"
EVERY: Final[Mapping[str, Attempt]] = {
    "read_key": Attempt(_F, _said),
    "read_other_tree": Attempt(_F, _said),
    "read_git": Attempt(_F, _said),
    "read_gold": Attempt(_F, _said),
    "read_history": Attempt(_F, _said),
    "read_predictions": Attempt(_F, _said),
    "list_gates": Attempt(_F, _listed),
    "read_through_proc_root": Attempt(_F, _said),
    "read_through_dots": Attempt(_F, _said),
    "read_through_symlink": Attempt(_F, _said),
    "read_through_hard_link": Attempt(_F | _D, _said),
    "read_by_handle": Attempt(_F | _P | _R, _said, ROOT),
    "read_by_program": Attempt(_F | _M, _said),
    "import_planted": Attempt(_F, _said),
    "write_prediction": Attempt(_F, _changed("prediction")),
    "write_gates": Attempt(_F, _planted),
    "write_other_run": Attempt(_F, _changed("runs/verdict.json")),
    "append_pointer": Attempt(_F, _changed("gates/pointer.json")),
    "truncate_pointer": Attempt(_F, _pointer(lambda facts: facts.st_size == 0)),
    "delete_pointer": Attempt(_F, _pointer(lambda _: False)),
    "rename_over_pointer": Attempt(_F | _D, _changed("gates/pointer.json")),
    "move_gates_away": Attempt(_F, _pointer(lambda _: False)),
    "link_into_gates": Attempt(_F | _D, _planted),
    "symlink_into_gates": Attempt(_F, _planted),
    "write_through_symlink": Attempt(_F, _planted),
    "write_own_tree": Attempt(_F, _said),
    "write_packages": Attempt(_F, _exists(Path(os.__file__).parent), ROOT),
    "write_config": Attempt(_F, _planted),
    "write_temporary": Attempt(_F, _exists(Path("/tmp"))),
    "write_shared_memory": Attempt(_F, _exists(Path("/dev/shm"))),
    "change_mode": Attempt(_F, _pointer(lambda facts: stat.S_IMODE(facts.st_mode) == 0o666)),
    "change_time": Attempt(_F, _pointer(lambda facts: facts.st_mtime == 1)),
    "change_owner": Attempt(_F | _P | _R, _pointer(lambda facts: facts.st_gid == 54321), ROOT),
    "change_attribute": Attempt(_F, _attribute),
    "write_terminal": Attempt(_F, _heard),
    "type_on_terminal": Attempt(_F | _R, _said, ROOT),
    "watch_gates": Attempt(_F, _said),
    "write_kernel_setting": Attempt(_F, _said, ROOT),
    "make_device": Attempt(_P | _R, _said, ROOT),
    "connect_tcp": Attempt(_N, _heard),
    "connect_tcp6": Attempt(_N, _heard),
    "connect_mptcp": Attempt(_N, _heard, "a kernel with MPTCP"),
    "send_fast_open": Attempt(_N, _heard, "a kernel that sends with the first packet"),
    "listen_tcp": Attempt(_N, _called),
    "send_udp": Attempt(_N, _heard),
    "connect_unix": Attempt(_N, _heard),
    "connect_abstract": Attempt(_N | _P, _heard),
    "send_by_pair": Attempt(_N | _P, _heard),
    "open_netlink": Attempt(_N, _said),
    "open_raw": Attempt(_N | _P | _R, _said, ROOT),
    "open_packet": Attempt(_N | _P | _R, _said, ROOT),
    "open_vsock": Attempt(_N, _said, "a kernel with vsock"),
    "open_crypto": Attempt(_N, _said, "a kernel with AF_ALG"),
    "open_ring": Attempt(_N, _said, "a kernel with io_uring"),
    "signal_engine": Attempt(_P, _engine),
    "signal_foreign": Attempt(_P, _said),
    "signal_foreign_group": Attempt(_P, _said),
    "signal_by_descriptor": Attempt(_P, _said),
    "queue_signal": Attempt(_P, _said),
    "trace_foreign": Attempt(_F | _P | _R, _said, ROOT),
    "read_memory": Attempt(_F | _P | _R, _said, ROOT),
    "write_memory": Attempt(_F | _P | _R, _said, ROOT),
    "read_memory_file": Attempt(_F | _P | _R, _said, ROOT),
    "read_engine_memory": Attempt(_F | _P | _R, _said, ROOT),
    "read_environment": Attempt(_F | _P | _R, _said),
    "read_arguments": Attempt(_F | _P, _said),
    "read_open_file": Attempt(_F | _P | _R, _said),
    "take_descriptor": Attempt(_F | _P | _R, _said, ROOT),
    "change_limit": Attempt(
        _P, _foreign(lambda pid: resource.prlimit(pid, resource.RLIMIT_NOFILE)[0] == 77)
    ),
    "change_priority": Attempt(
        _P | _R, _foreign(lambda pid: os.getpriority(os.PRIO_PROCESS, pid) == 7)
    ),
    "change_processors": Attempt(
        _P | _R, _foreign(lambda pid: os.sched_getaffinity(pid) == {0}), "two processors"
    ),
    "read_system_memory": Attempt(_P, _said),
    "send_to_queue": Attempt(_P, _heard),
    "send_to_named_queue": Attempt(_F | _P, _heard),
    "unshare_users": Attempt(_R, _said),
    "unshare_mounts": Attempt(_R, _said, ROOT),
    "clone_users": Attempt(_R, _said),
    "clone3_users": Attempt(_R, _said),
    "mount_memory": Attempt(_F | _R, _said, ROOT),
    "mount_again": Attempt(_F | _P | _R, _said, ROOT),
    "open_tree": Attempt(_P | _R, _said, ROOT),
    "change_root": Attempt(_R, _said, ROOT),
    "become_root": Attempt(_P | _R, _said, "a process that may gain rights"),
    "become_other": Attempt(_P | _R, _said, ROOT),
    "hold_capability": Attempt(_R, _said, ROOT),
    "raise_limit": Attempt(_R, _said, "the right to raise limits"),
    "raise_priority": Attempt(_P | _R, _said, ROOT),
    "rename_host": Attempt(_P | _R, _said, ROOT),
    "read_kernel_log": Attempt(_P | _R, _said, ROOT),
    "load_filter": Attempt(_P | _R, _said, ROOT),
    "count_events": Attempt(_P | _R, _said, ROOT),
    "handle_faults": Attempt(_P | _R, _said, ROOT),
    "read_keyring": Attempt(_P | _R, _said),
    "add_to_keyring": Attempt(_R, _said),
}
"""Attempts that end at once and hurt nobody beside their target: many in one run."""
ALWAYS: Final = ("read_inherited", "read_own_environment", "read_every_environment")
"""Attempts that no layer is for: what they look for must not be there at all."""
STAYING: Final = (
    "stay_in_background", "stay_as_daemon", "stay_deaf", "stay_stopped", "stay_with_the_parent",
    "stay_with_a_reaper", "stay_by_forking", "stay_after_the_crash",
)  # fmt: skip
"""Attempts to outlive the run; the layer `lifetime` is for them."""
EXHAUSTING: Final = (
    "exhaust_memory", "exhaust_by_children", "exhaust_by_sharing", "exhaust_unmapped",
    "exhaust_unmapped_pieces", "exhaust_shared_folder",
)  # fmt: skip
"""Attempts at more memory than the limit; the layer `memory` is for them."""
FILLING: Final = (
    "fill_home", "fill_home_in_pieces", "fill_unlinked", "fill_by_reserving", "fill_with_names",
)  # fmt: skip
"""Attempts at more disk than the limit; the layer `disk` is for them."""
FLOODING: Final = (
    "flood_stdout",
    "flood_stderr",
    "flood_threads",
    "never_answer",
    "never_end_the_answer",
)
"""Attempts at the engine's patience; it ends them, and goes on."""
