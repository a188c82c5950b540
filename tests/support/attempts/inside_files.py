"""Attempts at files, as a candidate makes them: reading, writing, and ways around paths."""

import ctypes
import fcntl
import os
import termios
from contextlib import suppress
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

LIBC = ctypes.CDLL(None, use_errno=True)
HOME = Path(os.environ.get("HOME", "/nowhere"))
_LONGEST = 4096


def _steal(path: Path | str) -> str:
    with Path(path).open("rb") as file:
        return file.read(_LONGEST).decode("utf-8", "replace")


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def read_key(v: dict[str, str]) -> str:
    """The signing key's file."""
    return _steal(v["key"])


def read_other_tree(v: dict[str, str]) -> str:
    """What is staged for another slot."""
    return _steal(v["other_tree"])


def read_git(v: dict[str, str]) -> str:
    """The repository's configuration of git, where a token may be."""
    return _steal(v["git"])


def read_gold(v: dict[str, str]) -> str:
    """The answers of the suite."""
    return _steal(v["gold"])


def read_history(v: dict[str, str]) -> str:
    """What a person typed."""
    return _steal(v["history"])


def read_predictions(v: dict[str, str]) -> str:
    """What another candidate predicted."""
    return _steal(v["prediction"])


def list_gates(v: dict[str, str]) -> str:
    """Names of files."""
    return " ".join(path.name for path in Path(v["gates"]).iterdir())


def read_through_proc_root(v: dict[str, str]) -> str:
    """By another name of the root folder."""
    return _steal(f"/proc/self/root{v['key']}")


def read_through_dots(v: dict[str, str]) -> str:
    """Upwards from its own folder."""
    up = "/".join([".."] * 40)
    return _steal(f"{HOME}/{up}{v['key']}")


def read_through_symlink(v: dict[str, str]) -> str:
    """Its own folder may be read; a name in it leads elsewhere."""
    link = HOME / "link-to-key"
    link.symlink_to(v["key"])
    return _steal(link)


def read_through_hard_link(v: dict[str, str]) -> str:
    """The same file under a name of its own."""
    link = HOME / "hard-link"
    os.link(v["key"], link)
    return _steal(link)


def read_by_handle(v: dict[str, str]) -> str:
    """Without a path: by the number of the file in its file system."""
    handle = (ctypes.c_ubyte * 136)()
    handle[0] = 128
    mount = ctypes.c_int()
    name = v["key"].encode()
    _checked(LIBC.name_to_handle_at(-100, name, handle, ctypes.byref(mount), 0))
    root = os.open("/", os.O_RDONLY)
    descriptor = _checked(LIBC.open_by_handle_at(root, handle, os.O_RDONLY))
    return os.read(descriptor, _LONGEST).decode()


def read_inherited(v: dict[str, str]) -> str:
    """Whatever somebody left open."""
    del v
    said = []
    for number in range(3, 200):
        with suppress(OSError):
            os.set_blocking(number, False)
            said.append(os.pread(number, _LONGEST, 0).decode("utf-8", "replace"))
    return " ".join(said)


def read_by_program(v: dict[str, str]) -> str:
    """A program that was never a file on a disk reads for it."""
    program = os.memfd_create("cat")
    with Path("/bin/cat").open("rb") as file:
        os.write(program, file.read())
    out, into = os.pipe()
    if os.fork() == 0:
        os.dup2(into, 1)
        os.execve(program, ["cat", v["key"]], {})  # noqa: S606 - the point of it
    os.close(into)
    return os.read(out, _LONGEST).decode()


def write_prediction(v: dict[str, str]) -> str:
    """The cache of another slot's predictions."""
    Path(v["prediction"]).write_text(v["mark"], encoding="utf-8")
    return "done"


def write_gates(v: dict[str, str]) -> str:
    """A new file beside the pointer."""
    Path(v["gates"], "planted.json").write_text(v["mark"], encoding="utf-8")
    return "done"


def write_other_run(v: dict[str, str]) -> str:
    """Another slot's verdict."""
    Path(v["other_run"]).write_text(v["mark"], encoding="utf-8")
    return "done"


def append_pointer(v: dict[str, str]) -> str:
    """At the end of the commit point."""
    with Path(v["pointer"]).open("a", encoding="utf-8") as file:
        file.write(v["mark"])
    return "done"


def truncate_pointer(v: dict[str, str]) -> str:
    """Nothing is written, all is gone."""
    os.truncate(v["pointer"], 0)
    return "done"


def delete_pointer(v: dict[str, str]) -> str:
    """Without writing."""
    Path(v["pointer"]).unlink()
    return "done"


def rename_over_pointer(v: dict[str, str]) -> str:
    """A file of its own in place of it."""
    own = HOME / "own-pointer"
    own.write_text(v["mark"], encoding="utf-8")
    own.rename(v["pointer"])
    return "done"


def move_gates_away(v: dict[str, str]) -> str:
    """The folder under another name."""
    Path(v["gates"]).rename(v["gates"] + "-gone")
    return "done"


def link_into_gates(v: dict[str, str]) -> str:
    """A second name for a file of its own."""
    own = HOME / "own-entry"
    own.write_text(v["mark"], encoding="utf-8")
    os.link(own, Path(v["gates"], "planted.json"))
    return "done"


def symlink_into_gates(v: dict[str, str]) -> str:
    """A name that leads to its own file."""
    Path(v["gates"], "planted.json").symlink_to(HOME / "own-entry")
    return "done"


def write_through_symlink(v: dict[str, str]) -> str:
    """A folder in its own folder that is none."""
    link = HOME / "link-to-gates"
    link.symlink_to(v["gates"])
    (link / "planted.json").write_text(v["mark"], encoding="utf-8")
    return "done"


def write_own_tree(v: dict[str, str]) -> str:
    """The staged files it was measured from."""
    tree = Path(v["staged"])
    for folder, _, _ in os.walk(tree):
        with suppress(OSError):
            Path(folder).chmod(0o755)
            Path(folder, "planted.py").write_text(v["mark"], encoding="utf-8")
            return "done"
    raise PermissionError


def write_packages(v: dict[str, str]) -> str:
    """Beside the packages of the engine."""
    Path(v["packages"], v["mark"]).write_text("x", encoding="utf-8")
    return "done"


def write_config(v: dict[str, str]) -> str:
    """A person's configuration."""
    Path(v["config"], "planted.toml").write_text(v["mark"], encoding="utf-8")
    return "done"


def write_temporary(v: dict[str, str]) -> str:
    """Where everybody may write."""
    Path("/tmp", v["mark"]).write_text("x", encoding="utf-8")
    return "done"


def write_shared_memory(v: dict[str, str]) -> str:
    """Memory that has a name."""
    Path("/dev/shm", v["mark"]).write_text("x", encoding="utf-8")
    return "done"


def change_mode(v: dict[str, str]) -> str:
    """Everybody may write it from then on."""
    Path(v["pointer"]).chmod(0o666)
    return "done"


def change_time(v: dict[str, str]) -> str:
    """As if it had not been written since."""
    os.utime(v["pointer"], (1, 1))
    return "done"


def change_owner(v: dict[str, str]) -> str:
    """Somebody else's from then on."""
    os.chown(v["pointer"], os.getuid(), 54321)
    return "done"


def change_attribute(v: dict[str, str]) -> str:
    """An attribute beside the bytes."""
    os.setxattr(v["pointer"], "user.planted", v["mark"].encode())
    return "done"


def write_terminal(v: dict[str, str]) -> str:
    """A terminal of a person."""
    descriptor = os.open(v["terminal"], os.O_WRONLY | os.O_NOCTTY)
    os.write(descriptor, v["mark"].encode())
    return "done"


def type_on_terminal(v: dict[str, str]) -> str:
    """As if the person had typed it."""
    descriptor = os.open(v["terminal"], os.O_RDWR)
    os.setsid()
    fcntl.ioctl(descriptor, termios.TIOCSCTTY, 1)
    for letter in v["mark"].encode():
        fcntl.ioctl(descriptor, termios.TIOCSTI, bytes([letter]))
    return "done"


def watch_gates(v: dict[str, str]) -> str:
    """Who writes which file there, and when."""
    watch = _checked(LIBC.inotify_init1(0))
    _checked(LIBC.inotify_add_watch(watch, v["gates"].encode(), 0xFFF))
    return "done"


def write_kernel_setting(v: dict[str, str]) -> str:
    """What the kernel does when a program crashes; the same value again."""
    del v
    path = Path("/proc/sys/kernel/core_pattern")
    path.write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    return "done"


def make_device(v: dict[str, str]) -> str:
    """The kernel's memory as a file."""
    del v
    os.mknod(HOME / "device", 0o600 | 0o020000, os.makedev(1, 1))
    return "done"


def import_planted(v: dict[str, str]) -> str:
    """Code of somebody else's folder."""
    path = f"{v['code_outside']}/{v['module_outside']}.py"
    spec = spec_from_file_location(v["module_outside"], path)
    if spec is None or spec.loader is None:
        raise ImportError
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return str(module.VALUE)
