"""Suite layouts by name: entry points of the group `openmed.suite_layouts`; ours register too.

What the layout of another package reads is checked here: its documents must have the gold ours
have, and of its exceptions only the type is told, because they may quote a row.
"""

from collections.abc import Callable
from functools import partial
from typing import cast

from openmed.adapters.code import entry_points
from openmed.adapters.code.entry_points import Extension
from openmed.domain.suites.gold_faults import span_fault
from openmed.domain.suites.layouts.layout import SuiteFiles, SuiteLayout
from openmed.domain.suites.suite import OWN_LAYOUTS
from openmed.domain.text.exception_names import exception_name
from openmed.domain.text.span import Document
from openmed.errors import EvidenceError, OpenMedError, UsageError

_FIX = "correct `layout` in gates/suites.toml or install the package that brings it"


def layout_named(name: str) -> SuiteLayout:
    """The function that reads a layout.

    Raises:
        UsageError: nothing or two things have the name, or it cannot be loaded.
    """
    found = entry_points.load(entry_points.LAYOUTS, name, what="suite layout", fix=_FIX)
    if name in OWN_LAYOUTS:
        return cast("SuiteLayout", found.value)
    return partial(_checked, found)


def require_layout(name: str, *, what: str) -> None:
    """Refuse a layout that is not installed; ours are not loaded for it.

    Raises:
        UsageError: nothing or two things have the name, or it cannot be loaded.
    """
    group = entry_points.LAYOUTS
    try:
        entry_points.require_registered(group, name, what="suite layout", fix=_FIX)
        if name not in OWN_LAYOUTS:
            layout_named(name)
    except UsageError as error:
        msg = f"{what}: {error.message}"
        raise UsageError(msg, next_step=error.next_step) from None


def _checked(found: Extension, files: SuiteFiles) -> tuple[Document, ...]:
    read = cast("Callable[[SuiteFiles], object]", found.value)
    try:
        documents = read(files)
    except OpenMedError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a package raises
        msg = f"{files.what}: {found.what} failed: {exception_name(error)}"
        raise EvidenceError(msg) from None
    kept = documents if isinstance(documents, tuple) else ()
    if not kept or not all(isinstance(each, Document) for each in kept):
        msg = f"{files.what}: {found.what} gave no documents, or something else"
        raise EvidenceError(msg)
    for number, document in enumerate(kept, start=1):
        fault = span_fault(document)
        if fault:
            msg = f"{files.what}: document {number}: {fault}"
            raise EvidenceError(msg)
    return kept
