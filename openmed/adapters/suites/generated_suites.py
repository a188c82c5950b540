"""Suites that are written from a secret when they are needed, and kept nowhere.

What is kept is their digest, under the digest of everything they are made from, so that a run which
measures nothing writes nothing. The corpus is loaded only to write one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from openmed.adapters.disk import atomic, limited_read
from openmed.adapters.keys.suite_secret import SecretPlace, has_secret, make_secret, read_secret
from openmed.domain.digest import Json, digest_of, sha256_hex
from openmed.domain.suites.generated import (
    REVISION,
    Content,
    GeneratedSuite,
    SuiteRecipe,
    absent_pin,
    epoch_of,
    fingerprint_of,
    pin_of,
    seed_of,
)
from openmed.domain.suites.suite import SuitePin, canonical_document, suite_digest
from openmed.domain.text.span import Document
from openmed.domain.wire import digest_value, from_plain, plain, pretty, read_table
from openmed.errors import EvidenceError, OpenMedError

FILE_NAME: Final = "generated-suites.json"
"""Digests of what was written, by the digest of what it was made from; beside the products."""
_MOST_KEPT: Final = 16
_PUBLIC: Final = digest_of("openmed.generated/1: the templates of this package")


@dataclass(frozen=True)
class GeneratedSuites:
    """Writes the generated suites of one run, all of the same moment.

    Attributes:
        now: decides the epoch.
        secret: where the secret is.
        environ: where folders of templates are named.
        code: digest of the code and the public templates that write.
        kept: file of digests.
        made: digests of what this process wrote and did not keep yet.
        lines: the documents that this process wrote, in memory only.
    """

    now: str
    secret: SecretPlace
    environ: Mapping[str, str]
    code: Callable[[], str]
    kept: Path
    made: dict[str, Content] = field(default_factory=dict, compare=False, repr=False)
    lines: dict[str, bytes] = field(default_factory=dict, compare=False, repr=False)

    @property
    def has_secret(self) -> bool:
        """Whether any can be made."""
        return has_secret(self.secret)

    def require_secret(self) -> None:
        """Look at the secret, so that nothing is begun without one.

        Raises:
            EvidenceError: there is none, or it has not the form of one.
        """
        read_secret(self.secret)

    def make_secret(self) -> bool:
        """Make the secret if there is none; whether it is new.

        Raises:
            UsageError: it cannot be written.
        """
        return make_secret(self.secret)

    def pin(self, suite: GeneratedSuite) -> SuitePin:
        """The suite's pin for this epoch; `absent_pin` when it cannot be made.

        Why it cannot is said by `content`, where it is needed.
        """
        epoch = epoch_of(self.now, every=suite.every)
        try:
            recipe = digest_value(self._recipe(suite))
            content = self.made.get(recipe) or self._known().get(recipe)
            if content is None:
                documents = self._documents(suite)
                self.lines[recipe] = lines = _lines(documents)
                content = Content(sha256=sha256_hex(lines), digest=suite_digest(documents))
                self.made[recipe] = content
        except OpenMedError:
            return absent_pin(suite, epoch=epoch)
        return pin_of(suite, epoch=epoch, revision=recipe, content=content)

    def content(self, suite: GeneratedSuite) -> bytes:
        """The suite's documents of this epoch, one a line.

        Raises:
            EvidenceError: there is no secret.
            UsageError: the templates cannot be used.
        """
        recipe = digest_value(self._recipe(suite))
        if recipe not in self.lines:
            self.lines[recipe] = _lines(self._documents(suite))
        return self.lines[recipe]

    def revision(self, suite: GeneratedSuite, *, epoch: str) -> str:
        """The revision that the suite of an epoch has by what writes it now.

        Raises:
            EvidenceError: there is no secret.
            UsageError: the templates cannot be used.
        """
        return digest_value(self._recipe(suite, epoch=epoch))[:REVISION]

    def keep(self) -> None:
        """Keep digests of what was written: once a run begins; who only looks keeps nothing."""
        if self.made:
            rows = [*(self._known() | self.made).items()][-_MOST_KEPT:]
            atomic.write_if_different(self.kept, pretty({name: plain(row) for name, row in rows}))

    def _documents(self, suite: GeneratedSuite) -> tuple[Document, ...]:
        from openmed.adapters.suites.corpus_suites import CorpusSuites  # noqa: PLC0415 - heavy

        epoch = epoch_of(self.now, every=suite.every)
        return CorpusSuites().fresh(
            self._folder(suite),
            seed=seed_of(read_secret(self.secret), suite=suite.name, epoch=epoch),
            documents=suite.documents,
        )

    def _recipe(self, suite: GeneratedSuite, *, epoch: str | None = None) -> SuiteRecipe:
        folder = self._folder(suite)
        return SuiteRecipe(
            suite=suite,
            epoch=epoch_of(self.now, every=suite.every) if epoch is None else epoch,
            secret=fingerprint_of(read_secret(self.secret)),
            templates=_PUBLIC if folder is None else _digest_of_folder(folder),
            code=self.code(),
        )

    def _folder(self, suite: GeneratedSuite) -> Path | None:
        if suite.templates is None:
            return None
        local = suite.templates
        place = self.environ.get(local[1:], "") if local.startswith("$") else local
        if not place or not Path(place).is_absolute():
            msg = (
                f"suite {suite.name}: {local} does not name a folder of templates by its whole path"
            )
            raise EvidenceError(msg, next_step="set it; then openmed release run --retry")
        return Path(place)

    def _known(self) -> dict[str, Content]:
        """What was written before; a file that cannot be used is as none."""
        try:
            data = limited_read.read_bytes(self.kept, most=limited_read.CONFIGURATION)
            table: Mapping[str, Json] = read_table(data, what=FILE_NAME)
            return {name: from_plain(Content, row, what=FILE_NAME) for name, row in table.items()}
        except (OSError, EvidenceError):
            return {}


def _lines(documents: tuple[Document, ...]) -> bytes:
    return b"".join(canonical_document(document) + b"\n" for document in documents)


def _digest_of_folder(folder: Path) -> str:
    from openmed.adapters.suites.corpus_suites import template_files  # noqa: PLC0415 - heavy

    return digest_of({name: sha256_hex(text.encode()) for name, text in template_files(folder)})
