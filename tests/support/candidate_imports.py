"""Importing a candidate's code in the process of a test, and forgetting it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def kept_imports() -> Iterator[None]:
    """What importing a module `detect` changes is as before afterwards."""
    path, finders, bytecode = list(sys.path), list(sys.meta_path), sys.dont_write_bytecode
    try:
        yield
    finally:
        sys.path[:], sys.meta_path[:], sys.dont_write_bytecode = path, finders, bytecode
        sys.modules.pop("detect", None)
