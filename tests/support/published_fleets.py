"""A fleet that is published already, for `openmed adopt`: in memory, and as files of a Hub."""

import json
from collections.abc import Callable

from support import public_catalogue as public

from openmed.domain.inference.proposal.model_files import ModelFiles, PublishedFiles, TokenFacts

COLUMNS = (
    "O", "B-FIRST_NAME", "B-LAST_NAME", "B-EMAIL", "B-PHONE", "B-SSN", "B-DATE", "B-STREET_ADDRESS",
)  # fmt: skip
TOKENS = TokenFacts(columns=COLUMNS, has_names=True, positions=512, longest=None)
COMMIT = "0123456789abcdef0123456789abcdef01234567"
MOST = 100_000


class PublishedFleet:
    """Every repository of a catalogue, in memory; what `fails` says of one is raised."""

    def __init__(
        self,
        *,
        most: int = MOST,
        fails: Callable[[int, str], BaseException | None] = lambda _, __: None,
        tokens: TokenFacts | None = TOKENS,
    ) -> None:
        self.asked: list[str] = []
        self._most = most
        self._fails = fails
        self._tokens = tokens

    @property
    def calls(self) -> int:
        """Five a repository."""
        return 5 * len(self.asked)

    @property
    def is_spent(self) -> bool:
        """As the real one."""
        return self._most - self.calls < 5

    def look(self, repo: str) -> PublishedFiles:
        """A repository with one file of weights."""
        error = self._fails(len(self.asked), repo)
        self.asked.append(repo)
        if error is not None:
            raise error
        name = repo.rpartition("/")[2]
        weights = "model.onnx" if name.endswith("-onnx") else "model.safetensors"
        files = ModelFiles(name=name, size=10**8, weights=(weights,), tokens=self._tokens)
        return PublishedFiles(commit=COMMIT, files=files)


def onnx_rows(*, first: int) -> bytes:
    """English rows that can be judged here."""
    rows = [one.row for one in public.shapes() if one.family == "PII"]
    kept = [row for row in rows if row["formats"] == ["onnx"] and row["languages"] == ["en"]]
    return "".join(f"{json.dumps(row)}\n" for row in kept[:first]).encode()


CONFIG = json.dumps(
    {
        "model_type": "bert",
        "max_position_embeddings": 512,
        "id2label": {str(number): name for number, name in enumerate(COLUMNS)},
    }
).encode()
"""A token classifier's `config.json`."""
