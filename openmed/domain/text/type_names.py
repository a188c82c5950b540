"""Names of types that may be shown: a closed list, as for exceptions (`exception_names.py`).

Code chooses the names of its types, and a name may hold anything.
"""

from typing import Final

OWN_TYPE: Final = "a type of its own"
"""What is said of a type that is not listed."""

_BUILTINS = """
NoneType bool builtin_function_or_method bytearray bytes complex coroutine dict dict_items dict_keys
dict_values filter float frozenset function generator int list map method range set slice str tuple
type zip
"""
_STANDARD_LIBRARY = (
    "Counter Decimal Enum Fraction Match OrderedDict SimpleNamespace defaultdict deque"
)
_NUMBERS = """
DataFrame Index Series Tensor bfloat16 bool_ float16 float32 float64 int16 int32 int64 int8 ndarray
str_ uint16 uint32 uint64 uint8
"""
_PROGRAMS = """
Annotation AnnotationSet AnonymizerResult BatchEncoding BaseModelOutput Doc Document EngineResult
Label Lexeme OperatorResult RecognizerResult Relation Sentence Span SpanGroup SpanGroups Token
TokenClassifierOutput
"""
LISTED_TYPES: Final = frozenset(f"{_BUILTINS}{_STANDARD_LIBRARY}{_NUMBERS}{_PROGRAMS}".split())
"""Names that may be shown: of Python, of arrays and tables, and of programs that find spans."""


def type_name(value: object) -> str:
    """Name the type of a value, or of what it is made from."""
    first, *others = (kind.__name__ for kind in type(value).__mro__)
    if first in LISTED_TYPES:
        return first
    base = next((name for name in others if name in LISTED_TYPES), "")
    return f"{OWN_TYPE} ({base})" if base else OWN_TYPE


def is_shown_type(said: str) -> bool:
    """Whether `type_name` can have said it."""
    base = said.removeprefix(f"{OWN_TYPE} (").removesuffix(")")
    is_derived = base in LISTED_TYPES and said == f"{OWN_TYPE} ({base})"
    return said in LISTED_TYPES or said == OWN_TYPE or is_derived
