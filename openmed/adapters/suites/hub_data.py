"""Files of a data set of the Hub at a pinned revision, read into memory and kept nowhere.

The client's cache would keep rows, so it writes into a temporary folder that is gone afterwards.
"""

from collections.abc import Sequence
from tempfile import TemporaryDirectory

from openmed.adapters.hub.connection import connect
from openmed.adapters.hub.repository_files import HubPlace, fetch_file, files_named
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
        IntegrityError: its bytes are not those the revision names.
        ExternalError: the Hub did not give it.
        UsageError: huggingface_hub is not installed.
    """
    name, _, revision = reference.partition("@")
    where = HubPlace(name, revision, "dataset")
    connection = connect(f"{what}: {name} at {revision[:12]}")
    listed = {file.path: file for file in files_named(connection, where, paths)}
    for path in paths:
        about = f"{what}: {path} of {name} at {revision[:12]}"
        if path not in listed:
            raise EvidenceError(f"{about} does not exist")
        if listed[path].size > most:
            size = listed[path].size
            raise EvidenceError(f"{about} has {size} bytes; at most {most} are read")
    with TemporaryDirectory(prefix="openmed-") as folder:
        return tuple(
            fetch_file(connection, where, listed[path], folder=folder).read_bytes()
            for path in paths
        )
