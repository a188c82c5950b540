"""Names of exception types that may be shown: a closed list, because code chooses its types' names.

`type(text, (Exception,), {})` is an exception whose name is the text, whatever it holds: a
document, or a command to a CI. So a type is named by the first of its classes that is listed.
"""

from typing import Final

from openmed.domain.text.closed_names import ClosedNames

OWN: Final = "an exception of its own"
"""What is said of a type that is not listed."""

_BUILTINS = """
ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup BlockingIOError
BrokenPipeError BufferError BytesWarning ChildProcessError ConnectionAbortedError ConnectionError
ConnectionRefusedError ConnectionResetError DeprecationWarning EOFError EncodingWarning
EnvironmentError Exception ExceptionGroup FileExistsError FileNotFoundError FloatingPointError
FutureWarning GeneratorExit IOError ImportError ImportWarning IndentationError IndexError
InterruptedError IsADirectoryError KeyError KeyboardInterrupt LookupError MemoryError
ModuleNotFoundError NameError NotADirectoryError NotImplementedError OSError OverflowError
PendingDeprecationWarning PermissionError ProcessLookupError PythonFinalizationError
RecursionError ReferenceError ResourceWarning RuntimeError RuntimeWarning StopAsyncIteration
StopIteration SyntaxError SyntaxWarning SystemError SystemExit TabError TimeoutError TypeError
UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError
UnicodeWarning UserWarning ValueError Warning ZeroDivisionError
"""
_STANDARD_LIBRARY = """
ArgumentError BadGzipFile BadStatusLine BadZipFile BrokenExecutor BrokenProcessPool
CalledProcessError CancelledError DataError DatabaseError DecimalException DivisionByZero Error
HTTPException IncompleteRead IncompleteReadError IntegrityError InvalidOperation InvalidStateError
JSONDecodeError LZMAError LargeZipFile OperationalError PackageNotFoundError ParseError
PickleError PicklingError PatternError ProcessError ProgrammingError ReadError RemoteDisconnected
SSLCertVerificationError SSLError SubprocessError TOMLDecodeError TarError TimeoutExpired URLError
UnpicklingError error gaierror herror
"""
_LIBRARIES = """
AcceleratorError AxisError DecodeError EPFail EngineError EntryNotFoundError Fail
GatedRepoError HFValidationError HTTPError HTTPStatusError HfHubHTTPError InvalidArgument
InvalidDodoFile InvalidGraph InvalidProtobuf InvalidSignature InvalidTask LinAlgError
LocalEntryNotFoundError ModelLoaded NoModel NoSuchFile NotFound OfflineModeIsEnabled
OutOfMemoryError PanicException ReadTimeout RemoteEntryNotFoundError RepositoryNotFoundError
RevisionNotFoundError RuntimeException SafetensorError SchemaError TemplateError Timeout
UndefinedError UnknownError UnsupportedAlgorithm ValidationError VerificationError
"""
_OURS = """
AnswerError EvidenceError ExternalError FlipConflictError IntegrityError LayerMissingError
OpenMedError OutsideImportError PolicyError ProgramEnded ProgramFailed RefusedError
SuiteMissingError TooLargeError UnfinishedError UsageError
"""
LISTED: Final = frozenset(f"{_BUILTINS}{_STANDARD_LIBRARY}{_LIBRARIES}{_OURS}".split())
"""Names that may be shown: of Python, of the libraries that run models, and ours."""
_NAMES: Final = ClosedNames(OWN, LISTED)


def exception_name(error: BaseException) -> str:
    """Name the type of an exception, or of what it is made from."""
    return _NAMES.of(type(error))


def shown_name(said: str) -> str:
    """What is shown of a name that another process gave."""
    return said if _NAMES.has(said) else OWN
