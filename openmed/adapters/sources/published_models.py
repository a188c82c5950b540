"""Repositories of the Hub as they are now: commit, sizes of files, and the small files that tell.

No weights are fetched. Every question is counted, a limit of the Hub is waited for once, and there
are never more questions than were allowed; so a fleet can be looked at and the cost is known.
"""

import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from openmed.adapters.disk import limited_read
from openmed.adapters.disk.hashing import git_blob_digest
from openmed.adapters.hub.hub_client import SECONDS, answers, require_client
from openmed.adapters.sources.file_admission import check_name
from openmed.adapters.sources.hub import is_staged_name
from openmed.adapters.sources.model_reader import WEIGHTS, read_model
from openmed.domain.inference.profile import FILE_NAME as PROFILE
from openmed.domain.inference.proposal.model_files import ModelFiles, PublishedFiles
from openmed.errors import EvidenceError, ExternalError, IntegrityError

if TYPE_CHECKING:
    from httpx2 import Response

_TOLD: Final = ("config.json", "tokenizer_config.json", PROFILE)
"""Files that say how a model is run."""
_LIMITED: Final = frozenset({429, 503})
_LONGEST_WAIT: Final = 300.0
"""A window of the Hub's limits."""
_COMMIT: Final = re.compile("[0-9a-f]{40}")
_LEFT: Final = re.compile(r";\s*r\s*=\s*(\d+)\s*;\s*t\s*=\s*(\d+)")
"""Questions left of the Hub's window, and seconds until the next one."""


class HubModels:
    """Looks at repositories; changes nothing.

    Attributes:
        calls: questions that were asked.
    """

    def __init__(self, *, most_calls: int, sleep: Callable[[float], None] = time.sleep) -> None:
        """Remember the bound; nothing is asked yet.

        Args:
            most_calls: questions that may be asked together.
            sleep: waits so many seconds.
        """
        self.calls = 0
        self._most = most_calls
        self._sleep = sleep

    @property
    def is_spent(self) -> bool:
        """Whether the next repository might need more questions than are left."""
        return self._most - self.calls < 1 + len(_TOLD)

    def look(self, repo: str) -> PublishedFiles:
        """Ask for one repository.

        Raises:
            EvidenceError: there is none, or not for us, or its files may not be staged.
            IntegrityError: a file's bytes are not those the commit names.
            ExternalError: the Hub did not answer.
            UsageError: huggingface_hub is not installed.
        """
        require_client(repo)
        with answers(repo):
            table = self._info(repo)
            commit = str(table.get("sha") or "")
            if not _COMMIT.fullmatch(commit):
                raise EvidenceError(f"{repo} has no commit")
            rows = {
                str(row["rfilename"]): row
                for row in table.get("siblings", ())
                if is_staged_name(str(row["rfilename"]))
            }
            for name in rows:
                check_name(name, what=repo)
            return PublishedFiles(commit=commit, files=self._read(repo, commit, rows))

    def _info(self, repo: str) -> Mapping[str, Any]:
        from huggingface_hub import constants  # noqa: PLC0415 - heavy

        response = self._asked(f"{constants.ENDPOINT}/api/models/{repo}?blobs=true")
        found = response.json()
        if not isinstance(found, dict):
            raise ExternalError(f"{repo}: the Hub did not answer with an object", retryable=True)
        return found

    def _read(self, repo: str, commit: str, rows: Mapping[str, Mapping[str, Any]]) -> ModelFiles:
        with TemporaryDirectory(prefix="openmed-") as made:
            folder = Path(made)
            for name in _TOLD:
                if name in rows:
                    self._fetch(repo, commit, rows[name], folder / name)
            told = read_model(folder, name=repo.rpartition("/")[2])
        weights = sorted(name for name in rows if name.endswith(WEIGHTS))
        size = sum(int(row.get("size") or 0) for row in rows.values())
        new = {"size": size, "weights": tuple(weights)}
        return ModelFiles(**{**dict(told), **new})

    def _fetch(self, repo: str, commit: str, row: Mapping[str, Any], target: Path) -> None:
        from huggingface_hub import hf_hub_url  # noqa: PLC0415 - heavy

        if int(row.get("size") or 0) > limited_read.TEMPLATE:
            raise EvidenceError(f"{repo}: {target.name} is far too large")
        response = self._asked(hf_hub_url(repo, target.name, revision=commit))
        target.write_bytes(response.content)
        named = row.get("blobId")
        if named is not None and not row.get("lfs") and git_blob_digest(target) != named:
            msg = f"{repo}: the bytes of {target.name} are not those the commit names"
            raise IntegrityError(msg, next_step="find out who answers in the Hub's place")

    def _asked(self, address: str) -> "Response":
        from huggingface_hub import hf_raise_for_status  # noqa: PLC0415 - heavy

        response = self._once(address)
        if response.status_code in _LIMITED and self.calls < self._most:
            self._sleep(_wait_of(response.headers))
            response = self._once(address)
        hf_raise_for_status(response)
        wait = _wait_before_next(response.headers)
        if wait:
            self._sleep(wait)
        return response

    def _once(self, address: str) -> "Response":
        from huggingface_hub import get_session, get_token  # noqa: PLC0415 - heavy

        self.calls += 1
        token = get_token()
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return get_session().get(address, headers=headers, timeout=SECONDS)


def _wait_of(headers: Mapping[str, str]) -> float:
    """Seconds that a refusal asks to wait."""
    said = headers.get("retry-after", "")
    if said.isdigit():
        return min(float(said), _LONGEST_WAIT)
    return _wait_before_next(headers) or 1.0


def _wait_before_next(headers: Mapping[str, str]) -> float:
    """Seconds until the Hub's window begins anew, where nothing is left of this one."""
    left = _LEFT.search(headers.get("ratelimit", ""))
    if left is None or int(left[1]) > 0:
        return 0.0
    return min(float(left[2]), _LONGEST_WAIT)
