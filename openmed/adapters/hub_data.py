"""Files of a data set of the Hub at a pinned revision, read into memory and kept nowhere.

huggingface_hub is imported when a file is fetched (extra `[hub]`). Its cache would keep rows, so
it writes into a temporary folder that is gone afterwards.
"""

import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from openmed.errors import EvidenceError, OutsideError, UsageError

INSTALL: Final = "pip install 'openmed-release[hub]'"
_SECONDS: Final = 30.0


def fetch(reference: str, paths: Sequence[str], *, what: str, most: int) -> tuple[bytes, ...]:
    """Bytes of some files.

    Args:
        reference: `ORG/NAME@REVISION`.
        paths: paths inside the data set.
        what: beginning of the error sentence.
        most: most bytes of one file.

    Raises:
        EvidenceError: there is no such file, or it is too large.
        OutsideError: the Hub did not give it.
        UsageError: huggingface_hub is not installed.
    """
    if find_spec("huggingface_hub") is None:
        raise UsageError(f"{what}: huggingface_hub is not installed", next_step=INSTALL)
    # Its second transport writes elsewhere and ignores the endpoint; read when it is imported.
    os.environ.setdefault("HF_HUB_DISABLE_XET", "1")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    with TemporaryDirectory(prefix="openmed-") as folder:
        return tuple(
            _fetched(reference, path, folder=folder, what=what, most=most) for path in paths
        )


def _fetched(reference: str, path: str, *, folder: str, what: str, most: int) -> bytes:
    from huggingface_hub import get_hf_file_metadata, hf_hub_download, hf_hub_url  # noqa: PLC0415 - heavy
    from huggingface_hub.errors import EntryNotFoundError, GatedRepoError  # noqa: PLC0415 - as above

    repo, _, revision = reference.partition("@")
    about = f"{what}: {path} of {repo} at {revision[:12]}"
    try:
        url = hf_hub_url(repo, path, repo_type="dataset", revision=revision)
        _require_small(get_hf_file_metadata(url, timeout=_SECONDS).size or 0, about, most=most)
        place = hf_hub_download(
            repo, path, repo_type="dataset", revision=revision, local_dir=folder,
            etag_timeout=_SECONDS,
        )  # fmt: skip
        return Path(place).read_bytes()
    except GatedRepoError:
        raise EvidenceError(f"{about} is only for those who were given access") from None
    except EntryNotFoundError:
        raise EvidenceError(f"{about} does not exist") from None
    except EvidenceError:
        raise
    except Exception as error:  # noqa: BLE001 - every transport has its own; a message may hold a token
        step = "see whether the Hub can be reached; then openmed release run --retry"
        msg = f"{about} could not be fetched: {type(error).__name__}"
        raise OutsideError(msg, next_step=step, retryable=True) from None


def _require_small(size: int, about: str, *, most: int) -> None:
    if size > most:
        raise EvidenceError(f"{about} has {size} bytes; at most {most} are read")
