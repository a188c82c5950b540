"""Files below one address: a folder of this machine, or a static tree over HTTP.

Nothing of an answer is believed but its bytes, and never more of them are read than were asked
for. A stalled server ends an answer by two limits: seconds without a byte, and seconds in all.
"""

import errno
import http.client
import stat
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO, Final, TypeVar
from urllib.parse import quote, urlsplit

from openmed.adapters.disk import limited_read
from openmed.errors import ExternalError, IntegrityError, UsageError

Taken = TypeVar("Taken")
STALL_SECONDS: Final = 30.0
"""Longest wait for the next bytes."""
LEAST_SECONDS: Final = 120.0
SLOWEST: Final = 20_000
"""Bytes a second; an answer that is slower in all is given up."""
_TRIES: Final = 4
_BLOCK: Final = 1024 * 1024
_GONE: Final = frozenset({404, 410})
_LATER: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_NAME: Final = "name the URL of a static tree, or a folder"
_AGAIN: Final = "see whether the source can be reached, then run it again"
_SCHEMES: Final = ("http", "https")


class FolderFiles:
    """A folder of this machine."""

    def __init__(self, folder: Path) -> None:
        """Take a folder that is there.

        Raises:
            UsageError: it is not.
        """
        if not folder.is_dir():
            msg = f"{folder} is no folder"
            raise UsageError(msg, next_step=_NAME)
        self._folder = folder.resolve()
        self.name = str(self._folder)

    def read(self, path: str, *, most: int) -> bytes | None:
        """A file's bytes; None when there is none."""
        with _readable(f"{self.name}/{path}"):
            try:
                return limited_read.read_bytes(self._folder / path, most=most)
            except (FileNotFoundError, NotADirectoryError):
                return None

    def save(self, path: str, target: str, *, size: int) -> None:
        """Copy a file of a known size."""
        place = self._folder / path
        with _readable(f"{self.name}/{path}"):
            facts = place.stat()
            if not stat.S_ISREG(facts.st_mode):
                raise OSError(errno.EINVAL, "not a plain file", str(place))
            with place.open("rb") as source, Path(target).open("xb") as file:
                _copy(source.read, file, size, about=path)


class HttpFiles:
    """A static tree over HTTP."""

    def __init__(self, address: str, *, wait: Callable[[float], None] = time.sleep) -> None:
        """Take an address; nothing is asked yet.

        Args:
            address: what paths are below.
            wait: waits for some seconds.

        Raises:
            UsageError: it is no address of a tree.
        """
        parts = urlsplit(address)
        if parts.scheme not in _SCHEMES or not parts.hostname or parts.query or parts.fragment:
            msg = f"{address[:200]} is no address of a tree"
            raise UsageError(msg, next_step=_NAME)
        if parts.username or parts.password:
            msg = "an address with a password in it is not used: it would be remembered"
            raise UsageError(msg, next_step=_NAME)
        self.name = address.rstrip("/")
        self._wait = wait
        self._opener = urllib.request.build_opener(_SameSafety())

    def read(self, path: str, *, most: int) -> bytes | None:
        """A file's bytes; None when the source says that there is none."""

        def whole(answer: "_Answer") -> bytes:
            content = bytearray()
            while block := answer.read(_BLOCK):
                content += block
                if len(content) > most:
                    msg = f"{self.name}/{path} has more than {most} bytes"
                    raise IntegrityError(msg)
            return bytes(content)

        return self._asked(path, whole, size=most)

    def save(self, path: str, target: str, *, size: int) -> None:
        """Write a file of a known size to a new file."""

        def kept(answer: "_Answer") -> bool:
            with Path(target).open("wb") as file:
                _copy(answer.read, file, size, about=path)
            return True

        if self._asked(path, kept, size=size) is None:
            msg = f"{self.name}/{path} is missing"
            raise IntegrityError(msg)

    def _asked(self, path: str, take: "Callable[[_Answer], Taken]", *, size: int) -> Taken | None:
        reason = ""
        for attempt in range(_TRIES):
            if attempt:
                self._wait(0.5 * 2**attempt)
            try:
                with self._opened(path) as raw:
                    return take(_Answer(raw, seconds=LEAST_SECONDS + size / SLOWEST))
            except urllib.error.HTTPError as error:
                error.close()
                if error.code in _GONE:
                    return None
                reason = f"the server answered {error.code}"
                if error.code not in _LATER:
                    break
            except (OSError, http.client.HTTPException) as error:
                reason = type(error).__name__
        msg = f"{self.name}/{path} could not be fetched: {reason}"
        raise ExternalError(msg, next_step=_AGAIN, retryable=True)

    def _opened(self, path: str) -> http.client.HTTPResponse:
        request = urllib.request.Request(  # noqa: S310 - the scheme was checked
            f"{self.name}/{quote(path)}", headers={"Accept-Encoding": "identity"}
        )
        opened: http.client.HTTPResponse = self._opener.open(request, timeout=STALL_SECONDS)
        return opened


class _SameSafety(urllib.request.HTTPRedirectHandler):
    """Follows a redirect to HTTP(S) only, and never from HTTPS to HTTP."""

    max_redirections = 5

    def redirect_request(  # noqa: PLR0913, PLR0917 - urllib's own
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        """The request that follows; none to another kind of address."""
        old, new = urlsplit(req.full_url).scheme, urlsplit(newurl).scheme
        if new not in _SCHEMES or (old == "https" and new != "https"):
            raise urllib.error.URLError("a redirect to another kind of address")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class _Answer:
    """An answer that must come to its end in time."""

    def __init__(self, raw: http.client.HTTPResponse, *, seconds: float) -> None:
        self._raw = raw
        self._ends = time.monotonic() + seconds

    def read(self, most: int) -> bytes:
        """The next bytes; none at the end."""
        if time.monotonic() > self._ends:
            raise TimeoutError
        block = self._raw.read1(most)
        if not block and self._raw.length:
            raise ConnectionError  # It said that there is more.
        return block


def _copy(read: Callable[[int], bytes], file: BinaryIO, size: int, *, about: str) -> None:
    """Copy exactly so many bytes."""
    done = 0
    while block := read(_BLOCK):
        done += len(block)
        if done > size:
            msg = f"{about} has more than the {size} bytes that were signed"
            raise IntegrityError(msg)
        file.write(block)
    if done < size:
        msg = f"{about} ended after {done} of {size} bytes"
        raise IntegrityError(msg)


@contextmanager
def _readable(about: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        msg = f"{about} is missing"
        raise IntegrityError(msg) from None
    except limited_read.TooLargeError:
        msg = f"{about} is larger than such a file may be"
        raise IntegrityError(msg) from None
    except OSError as error:
        msg = f"{about} cannot be read: {error.strerror}"
        raise IntegrityError(msg) from None
