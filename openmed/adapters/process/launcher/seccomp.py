"""The filter of system calls: what Landlock and namespaces leave open.

Everything is allowed but the calls listed here, in the terms of one machine; what a program of
another machine's kind asks (32-bit, x32) is refused whole. The lists are by layer, so that one can
be left out.
"""

import ctypes
import errno
import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from openmed.adapters.process.jail import Layer
from openmed.adapters.process.launcher import kernel

_ARCHITECTURES: Final[Mapping[str, tuple[int, int]]] = {
    "x86_64": (0xC000003E, 0),
    "aarch64": (0xC00000B7, 1),
}
_X32: Final = 0x40000000
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_LOAD, _EQUAL, _AT_LEAST, _AND, _RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_FILTER: Final = 2

QUIET: Final = 0
"""The call does nothing and says that all is well, as on a file system that keeps no modes."""

_Numbers = tuple[int | None, int | None]
_NONE: Final = None


class _Test(NamedTuple):
    """Refuses unless the low half of an argument, masked, is one of these values."""

    argument: int
    values: tuple[int, ...]
    mask: int = 0xFFFFFFFF


class _Rule(NamedTuple):
    """One call that is refused; with tests, unless all of them hold."""

    numbers: _Numbers
    error: int = errno.EPERM
    tests: tuple[_Test, ...] = ()
    unless: tuple[_Test, ...] = ()


def _all(*numbers: _Numbers, error: int = errno.EPERM) -> tuple[_Rule, ...]:
    return tuple(_Rule(pair, error) for pair in numbers)


def _both(*numbers: int, error: int = errno.EPERM) -> tuple[_Rule, ...]:
    """Newer calls have one number everywhere."""
    return _all(*((number, number) for number in numbers), error=error)


_NEW_NAMESPACES: Final = 0x7E020000
_OWN: Final = _Test(0, (0,))
_RULES: Final[Mapping[Layer, tuple[_Rule, ...]]] = {
    Layer.NETWORK: (
        # socket connect bind listen accept accept4
        *_all((41, 198), (42, 203), (49, 200), (50, 201), (43, 202), (288, 242)),
        # A datagram pair can be sent elsewhere afterwards: only stream and seqpacket of AF_UNIX.
        _Rule((53, 199), tests=(_Test(0, (1,)), _Test(1, (1, 5), 0xF))),
        *_both(425, 426, 427, error=errno.ENOSYS),  # io_uring opens sockets past the filter
    ),
    Layer.PROCESSES: (
        # ptrace process_vm_readv process_vm_writev kcmp migrate_pages move_pages
        *_all((101, 117), (310, 270), (311, 271), (312, 272), (256, 238), (279, 239)),
        *_both(438, 440, 448),  # pidfd_getfd process_madvise process_mrelease
        # shmget shmat shmctl semget semop semctl semtimedop
        *_all((29, 194), (30, 196), (31, 195), (64, 190), (65, 193), (66, 191), (220, 192)),
        # msgget msgsnd msgrcv msgctl mq_open mq_unlink
        *_all((68, 186), (69, 189), (70, 188), (71, 187), (240, 180), (241, 181)),
    ),
    Layer.FILES: (
        # chmod fchmod fchmodat fchmodat2 utime utimes futimesat utimensat
        *_all((90, _NONE), (91, 52), (268, 53), (452, 452), error=QUIET),
        *_all((132, _NONE), (235, _NONE), (261, _NONE), (280, 88), error=QUIET),
        *_all((92, _NONE), (93, 55), (94, _NONE), (260, 54)),  # chown fchown lchown fchownat
        *_all((188, 5), (189, 6), (190, 7), (197, 14), (198, 15), (199, 16)),  # …xattr
        *_both(463, 466, 469),  # setxattrat removexattrat file_setattr
        *_all((253, _NONE), (294, 26), (300, 262)),  # inotify_init inotify_init1 fanotify_init
        *_all((304, 265)),  # open_by_handle_at
        _Rule((72, 25), unless=(_Test(1, (1024, 1026)),)),  # fcntl F_SETLEASE F_NOTIFY
        # FS_IOC_SETFLAGS (two sizes) FS_IOC_FSSETXATTR
        *(_Rule((16, 29), unless=(_Test(1, (0x40086602, 0x40046602, 0x401C5820)),)),),
    ),
    Layer.PRIVILEGES: (
        *_all((272, 97), (308, 268)),  # unshare setns
        _Rule((56, 220), tests=(_Test(0, (0,), _NEW_NAMESPACES),)),  # clone
        *_both(435, error=errno.ENOSYS),  # clone3: its flags cannot be seen; libc takes clone
        # mount umount2 pivot_root chroot
        *_all((165, 40), (166, 39), (155, 41), (161, 51)),
        *_both(428, 429, 430, 431, 432, 433, 442, 467),  # the newer ones of mount
        *_all((321, 280), (298, 241), (323, 282)),  # bpf perf_event_open userfaultfd
        *_all((250, 219), (248, 217), (249, 218)),  # keyctl add_key request_key
        # init_module finit_module delete_module kexec_load kexec_file_load reboot
        *_all((175, 105), (313, 273), (176, 106), (246, 104), (320, 294), (169, 142)),
        # swapon swapoff acct quotactl syslog vhangup
        *_all((167, 224), (168, 225), (163, 89), (179, 60), (103, 116), (153, 58)),
        *_both(443),  # quotactl_fd
        # settimeofday clock_settime clock_adjtime adjtimex sethostname setdomainname
        *_all((164, 170), (227, 112), (305, 266), (159, 171), (170, 161), (171, 162)),
        *_all((172, _NONE), (173, _NONE), (154, _NONE)),  # iopl ioperm modify_ldt
        # TIOCSTI TIOCLINUX: keys for the terminal
        *(_Rule((16, 29), unless=(_Test(1, (0x5412, 0x541C)),)),),
    ),
    Layer.MEMORY: (
        *_all((319, 279), error=errno.ENOSYS),  # memfd_create: memory that no process shows
        *_both(447, error=errno.ENOSYS),  # memfd_secret
        # prctl PR_SET_DUMPABLE: what it holds must stay countable
        _Rule((157, 167), unless=(_Test(0, (4,)),)),
    ),
}
_WITHOUT_PID_NAMESPACE: Final = (
    _Rule((72, 25), unless=(_Test(1, (8, 15)),)),  # fcntl F_SETOWN F_SETOWN_EX
    _Rule((302, 261), tests=(_OWN,)),  # prlimit64
    _Rule((141, 140), tests=(_OWN, _Test(1, (0,)))),  # setpriority
    _Rule((251, 30), tests=(_Test(0, (1,)), _Test(1, (0,)))),  # ioprio_set
    # sched_setaffinity sched_setparam sched_setscheduler sched_setattr
    *(_Rule(pair, tests=(_OWN,)) for pair in ((203, 122), (142, 118), (144, 119), (314, 274))),
)
_WITHOUT_SIGNAL_SCOPE: Final = (
    _Rule((62, 129), tests=(_OWN,)),  # kill, but for the own group
    *_all((200, 130), (234, 131), (129, 138), (297, 240)),  # tkill tgkill rt_(tg)sigqueueinfo
    *_both(424),  # pidfd_send_signal
)
_WITHOUT_TRUNCATE: Final = _all((76, 45))


def is_known() -> bool:
    """Whether there are lists for this machine and the kernel filters calls."""
    try:
        kernel.prctl(21)
    except OSError:
        return False
    return kernel.machine() in _ARCHITECTURES


def install(
    layers: frozenset[Layer], *, has_pid_namespace: bool, scopes_signals: bool, knows_truncate: bool
) -> None:
    """Filter the calls of this process and of all it starts, for good.

    Args:
        layers: those whose lists count.
        has_pid_namespace: foreign processes have no number here.
        scopes_signals: Landlock keeps signals inside.
        knows_truncate: Landlock knows that a file is shortened by its name.

    Raises:
        OSError: nothing is filtered.
    """
    rules = [rule for layer in Layer if layer in layers for rule in _RULES.get(layer, ())]
    if Layer.PROCESSES in layers and not has_pid_namespace:
        rules += _WITHOUT_PID_NAMESPACE
        rules += () if scopes_signals else _WITHOUT_SIGNAL_SCOPE
    if Layer.FILES in layers and not knows_truncate:
        rules += _WITHOUT_TRUNCATE
    program = b"".join(_program(rules, *_ARCHITECTURES[kernel.machine()]))
    buffer = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HP", len(program) // 8, ctypes.addressof(buffer))
    whole = ctypes.create_string_buffer(header, len(header))
    kernel.prctl(kernel.PR_SET_SECCOMP, _FILTER, ctypes.addressof(whole))


def _program(rules: Sequence[_Rule], architecture: int, column: int) -> Iterator[bytes]:
    yield _step(_LOAD, _ARCHITECTURE)
    yield _step(_EQUAL, architecture, 1, 0)
    yield _step(_RETURN, _KILL)
    yield _step(_LOAD, _NUMBER)
    if column == 0:
        yield _step(_AT_LEAST, _X32, 0, 1)
        yield _step(_RETURN, _ERRNO | errno.EPERM)
    for rule in rules:
        number = rule.numbers[column]
        if number is not None:
            body = b"".join(_refusal(rule))
            yield _step(_EQUAL, number, 0, len(body) // 8)
            yield body
    yield _step(_RETURN, _ALLOW)


def _refusal(rule: _Rule) -> Iterator[bytes]:
    """What is done with a call of this number; falls through where a later rule may say more."""
    refuse = _step(_RETURN, _ERRNO | rule.error)
    for test in rule.tests:
        yield from _look(test)
        for position, value in enumerate(test.values):
            left = len(test.values) - position
            yield _step(_EQUAL, value, left, 0)
        yield refuse
    for test in rule.unless:
        yield from _look(test)
        for position, value in enumerate(test.values):
            left = len(test.values) - position - 1
            yield _step(_EQUAL, value, left, 0 if left else 1)
        yield refuse
    if rule.tests or rule.unless:
        yield _step(_LOAD, _NUMBER)
    else:
        yield refuse


def _look(test: _Test) -> Iterator[bytes]:
    yield _step(_LOAD, _ARGUMENTS + 8 * test.argument)
    if test.mask != 0xFFFFFFFF:  # noqa: PLR2004 - all bits
        yield _step(_AND, test.mask)


def _step(code: int, value: int, when: int = 0, otherwise: int = 0) -> bytes:
    return struct.pack("HBBI", code, when, otherwise, value)
