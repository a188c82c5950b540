"""Files of a data set of the Hub at a pinned revision, read into memory and kept nowhere.

The client's cache would keep rows, so it writes into a temporary folder that is gone afterwards.
"""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from openmed.adapters.hub.hub_client import SECONDS, answers, require_client
from openmed.errors import EvidenceError


def fetch(reference: str, paths: Sequence[str], *, what: str, most: int) -> tuple[bytes, ...]:
    """Bytes of some files.

    Args:
        reference: `ORG/NAME@REVISION`.
        paths: paths inside the data set.
        what: beginning of the error sentence.
        most: most bytes of one file.

    Raises:
        EvidenceError: there is no such file, or it is too large.
        ExternalError: the Hub did not give it.
        UsageError: huggingface_hub is not installed.
    """
    require_client(what)
    with TemporaryDirectory(prefix="openmed-") as folder:
        return tuple(
            _fetched(reference, path, folder=folder, what=what, most=most) for path in paths
        )


def _fetched(reference: str, path: str, *, folder: str, what: str, most: int) -> bytes:
    from huggingface_hub import get_hf_file_metadata, hf_hub_download, hf_hub_url  # noqa: PLC0415 - heavy

    repo, _, revision = reference.partition("@")
    about = f"{what}: {path} of {repo} at {revision[:12]}"
    with answers(about):
        url = hf_hub_url(repo, path, repo_type="dataset", revision=revision)
        _require_small(get_hf_file_metadata(url, timeout=SECONDS).size or 0, about, most=most)
        place = hf_hub_download(
            repo, path, repo_type="dataset", revision=revision, local_dir=folder,
            etag_timeout=SECONDS,
        )  # fmt: skip
        return Path(place).read_bytes()


def _require_small(size: int, about: str, *, most: int) -> None:
    if size > most:
        raise EvidenceError(f"{about} has {size} bytes; at most {most} are read")
