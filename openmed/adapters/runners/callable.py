"""Runner `callable`: a Python function from text to spans, of the artifact or of pinned packages.

The only runner that executes code of the artifact in its own process, which is the child process
without keys. Code that is neither in the artifact nor in a package the profile pins is refused:
then two artifacts of one name could predict differently.
"""

import importlib
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import ClassVar, cast

from openmed.adapters.runners.import_guard import ImportGuard, OutsideImportError
from openmed.adapters.runners.packages import ADD_PIN, offered, require_packages
from openmed.domain.inference.external_spans import foreign_spans
from openmed.domain.inference.profile import RunnerProfile
from openmed.domain.text.exception_names import exception_name
from openmed.domain.text.span import PredictedSpan
from openmed.errors import EvidenceError


class CallableRunner:
    """A function in memory.

    Attributes:
        distributions: what offsets are computed with; the profile pins what the function needs.
        install: the engine itself has it.
        library_name: none; no library of the Hub loads such an artifact.
        runs_candidate_code: it does, so it is not run where that cannot be isolated.
    """

    distributions: ClassVar[tuple[str, ...]] = ("numpy",)
    install: ClassVar[str] = "pip install openmed-release"
    library_name: ClassVar[str | None] = None
    runs_candidate_code: ClassVar[bool] = True

    def __init__(self, folder: Path, profile: RunnerProfile) -> None:
        """Import the function.

        Raises:
            EvidenceError: the profile names none, it is not there, or it is of unpinned code.
        """
        if profile.spans is None or profile.spans.function is None:
            raise EvidenceError("the runner callable needs `spans` with a function in the profile")
        require_packages(profile.spans.packages)
        self._source = profile.spans
        self._function = _imported(folder, profile.spans.function, profile.spans.packages)

    def predict(self, texts: Sequence[str]) -> Sequence[tuple[PredictedSpan, ...] | Exception]:
        """One answer per text, in order: its spans, or why there are none."""
        return [self._answer(text) for text in texts]

    def _answer(self, text: str) -> tuple[PredictedSpan, ...] | Exception:
        try:
            return foreign_spans(self._function(text), text=text, source=self._source)
        except Exception as error:  # noqa: BLE001 - one text must not fail the others
            return error


def _imported(folder: Path, reference: str, packages: Sequence[str]) -> Callable[[str], object]:
    module_name, _, name = reference.partition(":")
    # The artifact is read-only and verified: no bytecode may appear in it.
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(folder))
    guard = ImportGuard(folder, packages, offered=offered())
    sys.meta_path.insert(0, guard)
    try:
        module = importlib.import_module(module_name)
        function = getattr(module, name)
    except Exception as error:  # noqa: BLE001 - a foreign message is never shown
        refused = _refused(error)
        if refused:
            raise _outside(reference, refused) from None
        is_write = isinstance(error, PermissionError)
        more = " (a candidate may write to its home folder only)" if is_write else ""
        msg = f"{reference} cannot be imported: {exception_name(error)}{more}"
        raise EvidenceError(msg) from None
    if not callable(function):
        raise EvidenceError(f"{reference} is not a function")
    place = Path(getattr(module, "__file__", None) or "/")
    pinned = {pin.partition("==")[0].lower() for pin in packages}
    owners = packages_distributions().get(module_name.partition(".")[0], [])
    own = (folder, *offered())
    is_ours = any(place.resolve().is_relative_to(one.resolve()) for one in own)
    if not is_ours and pinned.isdisjoint(owner.lower() for owner in owners):
        msg = f"{reference} is neither in the artifact nor of a package that the profile pins"
        raise EvidenceError(msg, next_step=ADD_PIN)
    return cast("Callable[[str], object]", function)


def _refused(error: BaseException) -> str:
    """Module whose import was refused and ended it; what is optional is refused on the way."""
    chain: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in chain:
        if isinstance(link, OutsideImportError):
            return link.name or ""
        chain.append(link)
        link = link.__cause__ or link.__context__
    return ""


def _outside(reference: str, module: str) -> EvidenceError:
    msg = (
        f"{reference} imports {module}, which is neither in the artifact nor of a package that the "
        "profile pins, nor of the standard library"
    )
    return EvidenceError(msg, next_step=ADD_PIN)
