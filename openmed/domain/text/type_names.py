"""Names of types of values that may be shown, as for exceptions (`exception_names.py`)."""

from typing import Final

from openmed.domain.text.closed_names import ClosedNames

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
_NAMES: Final = ClosedNames(OWN_TYPE, LISTED_TYPES)


def type_name(value: object) -> str:
    """Name the type of a value, or of what it is made from."""
    return _NAMES.of(type(value))


def is_shown_type(said: str) -> bool:
    """Whether `type_name` can have said it."""
    return _NAMES.has(said)
