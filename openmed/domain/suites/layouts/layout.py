"""What a layout of suite files is: a pure function from bytes to documents.

Ours and those of installed packages (entry points of the group `openmed.suite_layouts`) are given
the same and promise the same: documents with a unique id each and spans in the order of the text;
an `EvidenceError` that names file, row and rule, and never quotes a row.
"""

from collections.abc import Callable
from typing import Literal, NamedTuple, TypeAlias

from openmed.domain.suites.jsonl_table import TableReader
from openmed.domain.text.span import Document

Ends: TypeAlias = Literal["exclusive", "inclusive"]


class SuiteFile(NamedTuple):
    """One file of a suite, as pinned.

    Attributes:
        path: its path in the pin; the ending says the format.
        data: its bytes.
    """

    path: str
    data: bytes


class SuiteFiles(NamedTuple):
    """All files of a suite.

    Attributes:
        what: beginning of an error sentence, e.g. `suite golden`.
        files: in the pin's order.
        rows: reads the rows of a JSONL, CSV or (with SHIELD's columns) parquet table.
        ends: what the pin says of end offsets.
    """

    what: str
    files: tuple[SuiteFile, ...]
    rows: TableReader
    ends: Ends


SuiteLayout: TypeAlias = Callable[[SuiteFiles], tuple[Document, ...]]
"""Files → documents.

Raises:
    EvidenceError: the data is malformed.
"""
