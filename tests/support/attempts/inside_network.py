"""Attempts at the network, as a candidate makes them: every family, every way to send."""

import ctypes
import os
import socket
from contextlib import suppress

_LIBC = ctypes.CDLL(None, use_errno=True)
_SECONDS = 2.0
_MPTCP = 262
_FAST_OPEN = 0x20000000
_IO_URING_SETUP = 425


def _tcp(v: dict[str, str], *, family: int, host: str, port: str, protocol: int = 0) -> str:
    with socket.socket(family, socket.SOCK_STREAM, protocol) as one:
        one.settimeout(_SECONDS)
        one.connect((host, int(v[port])))
        one.sendall(v["mark"].encode())
    return "done"


def connect_tcp(v: dict[str, str]) -> str:
    """A server on this machine."""
    return _tcp(v, family=socket.AF_INET, host="127.0.0.1", port="tcp")


def connect_tcp6(v: dict[str, str]) -> str:
    """By the newer protocol."""
    return _tcp(v, family=socket.AF_INET6, host="::1", port="tcp6")


def connect_mptcp(v: dict[str, str]) -> str:
    """A protocol that looks like the other to the server."""
    return _tcp(v, family=socket.AF_INET, host="127.0.0.1", port="tcp", protocol=_MPTCP)


def send_fast_open(v: dict[str, str]) -> str:
    """Data with the first packet, without a connect."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as one:
        one.sendto(v["mark"].encode(), _FAST_OPEN, ("127.0.0.1", int(v["tcp"])))
    return "done"


def listen_tcp(v: dict[str, str]) -> str:
    """Wait for others to come; one that is there comes."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as one:
        one.bind(("127.0.0.1", 0))
        one.listen()
        return f"done {v['mark']} {one.getsockname()[1]}"


def send_udp(v: dict[str, str]) -> str:
    """One packet; nobody has to answer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.sendto(v["mark"].encode(), ("127.0.0.1", int(v["udp"])))
    return "done"


def connect_unix(v: dict[str, str]) -> str:
    """A service that listens at a path."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as one:
        one.settimeout(_SECONDS)
        one.connect(v["unix"])
        one.sendall(v["mark"].encode())
    return "done"


def connect_abstract(v: dict[str, str]) -> str:
    """A service without a path."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as one:
        one.settimeout(_SECONDS)
        one.connect("\0" + v["abstract"])
        one.sendall(v["mark"].encode())
    return "done"


def send_by_pair(v: dict[str, str]) -> str:
    """A pair of sockets is allowed; one of them sends somewhere else."""
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM, socket.SOCK_SEQPACKET):
        with suppress(OSError):
            one, _other = socket.socketpair(socket.AF_UNIX, kind)
            one.sendto(v["mark"].encode(), "\0" + v["abstract_datagram"])
            return "done"
    raise PermissionError


def open_netlink(v: dict[str, str]) -> str:
    """The kernel's own messages: interfaces, routes, audit."""
    del v
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0) as one:
        one.bind((0, 0))
    return "done"


def open_raw(v: dict[str, str]) -> str:
    """Packets as it makes them."""
    del v
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP):
        return "done"


def open_packet(v: dict[str, str]) -> str:
    """What everybody else sends."""
    del v
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0):
        return "done"


def open_vsock(v: dict[str, str]) -> str:
    """From a virtual machine to its host."""
    del v
    with socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM):
        return "done"


def open_crypto(v: dict[str, str]) -> str:
    """The kernel's cryptography, behind a socket."""
    del v
    with socket.socket(38, socket.SOCK_SEQPACKET):
        return "done"


def open_ring(v: dict[str, str]) -> str:
    """A queue of system calls that a filter does not see."""
    del v
    parameters = (ctypes.c_ubyte * 120)()
    ring = _LIBC.syscall(_IO_URING_SETUP, 4, parameters)
    if ring < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return "done"
