"""What a child does to itself between fork and exec, in this order; none of it can be undone."""

import os
import resource
from typing import Final

from openmed.adapters.process.jail import (
    LANDLOCK,
    NAMESPACES,
    NO_NEW_PRIVS,
    RLIMIT,
    SECCOMP,
    SUBREAPER,
    WATCHDOG,
    Jail,
    Layer,
    Mechanisms,
)
from openmed.adapters.process.launcher import kernel, landlock, seccomp

_SYSTEM: Final = (
    "/usr/bin", "/usr/sbin", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libexec",
    "/usr/local/bin", "/usr/local/lib", "/usr/local/lib64", "/bin", "/sbin", "/lib", "/lib32",
    "/lib64", "/nix/store", "/gnu/store",
)  # fmt: skip
"""Programs and libraries of the system."""
_CONFIGURATION: Final = (
    "/usr/share", "/usr/local/share", "/usr/include", "/etc/ld.so.cache", "/etc/ld.so.conf",
    "/etc/ld.so.conf.d", "/etc/localtime", "/etc/timezone", "/etc/passwd", "/etc/group",
    "/etc/nsswitch.conf", "/etc/alternatives", "/etc/ssl/openssl.cnf", "/etc/mime.types",
    "/etc/locale.alias", "/etc/debian_version", "/etc/os-release",
    "/sys/devices/system", "/dev/urandom", "/dev/random", "/dev/zero", "/dev/full",
    "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/loadavg", "/proc/uptime",
    "/proc/version", "/proc/filesystems", "/proc/sys/vm/overcommit_memory",
    "/proc/sys/vm/max_map_count", "/proc/sys/kernel/cap_last_cap",
    "/proc/sys/kernel/ngroups_max", "/proc/sys/kernel/osrelease", "/proc/sys/kernel/threads-max",
    "/proc/sys/kernel/pid_max", "/proc/sys/kernel/random", "/sys/kernel/mm/transparent_hugepage",
)  # fmt: skip
"""What libraries read to know the machine."""
_MOST_FILES: Final = 4096


class LayerMissingError(Exception):
    """A required layer cannot be had on this machine."""


def restrict(jail: Jail, *, has_namespaces: bool, has_pid_namespace: bool) -> Mechanisms:
    """Restrict this process; what is in force afterwards.

    Args:
        jail: what it may do.
        has_namespaces: whether it is in namespaces of its own.
        has_pid_namespace: whether one of them is of processes.

    Raises:
        LayerMissingError: a required layer cannot be had.
        OSError: the kernel refused a part that it offers.
    """
    version, has_filter = landlock.abi(), seccomp.is_known()
    made = _mechanisms(
        jail,
        version,
        has_filter=has_filter,
        has_namespaces=has_namespaces,
        has_pid=has_pid_namespace,
    )
    missing = [layer for layer in Layer if layer in jail.required and layer not in made]
    if missing:
        raise LayerMissingError(", ".join(missing))
    _limit(jail)
    if jail.has(Layer.PRIVILEGES) and kernel.IS_LINUX:
        kernel.drop_capabilities()
    if kernel.IS_LINUX:
        kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
    _restrict_files(
        jail, version, has_namespaces=has_namespaces, has_pid_namespace=has_pid_namespace
    )
    layers = frozenset(layer for layer in Layer if jail.has(layer))
    if has_filter and layers:
        seccomp.install(
            layers,
            has_pid_namespace=has_pid_namespace,
            scopes_signals=landlock.scopes_signals(version),
            knows_truncate=landlock.knows_truncate(version),
        )
    return made


def _limit(jail: Jail) -> None:
    """Limits of the kernel; never address space or number of processes, which are the user's."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    most = _MOST_FILES if hard == resource.RLIM_INFINITY else min(_MOST_FILES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if jail.has(Layer.DISK):
        resource.setrlimit(resource.RLIMIT_FSIZE, (jail.most_disk, jail.most_disk))


def _restrict_files(
    jail: Jail, version: int, *, has_namespaces: bool, has_pid_namespace: bool
) -> None:
    has_files = jail.has(Layer.FILES)
    signals = jail.has(Layer.PROCESSES) and landlock.scopes_signals(version)
    if version == 0 or not (has_files or signals):
        return
    rules = _rules(jail, has_namespaces=has_namespaces, has_pid_namespace=has_pid_namespace)
    landlock.restrict(version, rules if has_files else None, signals=signals)


def _rules(jail: Jail, *, has_namespaces: bool, has_pid_namespace: bool) -> list[tuple[str, int]]:
    rules = [(path, landlock.RUN) for path in (*_SYSTEM, *jail.executable)]
    rules += [(path, landlock.READ) for path in (*_CONFIGURATION, *jail.readable)]
    rules += [(path, landlock.WRITE) for path in (jail.home, *jail.writable)]
    rules.append((os.devnull, landlock.READ_FILE | landlock.WRITE_FILE))
    if has_namespaces:
        rules.append(("/dev/shm", landlock.WRITE))  # noqa: S108 - its own
    if has_pid_namespace:
        return [*rules, ("/proc", landlock.READ)]
    # The rule is of the folder's inode, which the kernel may forget: kept open, it stays.
    own = os.open("/proc/self", os.O_PATH)
    os.set_inheritable(own, True)  # noqa: FBT003 - as the library has it
    return [*rules, ("/proc/self", landlock.READ)]


def _mechanisms(
    jail: Jail,
    version: int,
    *,
    has_filter: bool,
    has_namespaces: bool,
    has_pid: bool,
) -> Mechanisms:
    rules = [f"{LANDLOCK} {version}"] if version else []
    calls = [SECCOMP] if has_filter else []
    spaces = [NAMESPACES] if has_namespaces else []
    pids = [NAMESPACES] if has_pid else []
    is_closed = bool(rules and calls)
    found: dict[Layer, list[str]] = {
        Layer.FILES: [*rules, *calls, *spaces] if is_closed else [],
        Layer.NETWORK: [*calls, *spaces],
        Layer.PROCESSES: [*rules, *calls, *pids] if is_closed else [],
        Layer.LIFETIME: [SUBREAPER, *pids] if kernel.IS_LINUX else [],
        Layer.MEMORY: [WATCHDOG] if kernel.IS_LINUX else [],
        Layer.DISK: [RLIMIT, WATCHDOG, *spaces],
        Layer.PRIVILEGES: [NO_NEW_PRIVS, *calls] if has_filter else [],
    }
    return {layer: ", ".join(parts) for layer, parts in found.items() if parts and jail.has(layer)}
