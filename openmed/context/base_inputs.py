"""The inputs of a release repository as another commit has them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from openmed.adapters.inputs.input_files import FileInputs
from openmed.adapters.sync.inputs_at_commit import write_inputs_at
from openmed.context import Context
from openmed.ports.inputs import Inputs


class BaseInputs(NamedTuple):
    """Inputs of a commit.

    Attributes:
        commit: the commit.
        inputs: its queue, policies and pins.
        has_queue: whether it has a queue at all.
    """

    commit: str
    inputs: Inputs
    has_queue: bool


@contextmanager
def inputs_at(world: Context, ref: str) -> Iterator[BaseInputs]:
    """Inputs as they were where the branch of today began; gone afterwards.

    Args:
        world: the release repository.
        ref: branch or commit it is to go into.

    Raises:
        UsageError: git does not know the commit.
    """
    with TemporaryDirectory(prefix="openmed-base-") as folder:
        place = Path(folder)
        base = write_inputs_at(world.root, ref, into=place)
        has_queue = "gates/candidates.toml" in base.files
        yield BaseInputs(base.name, FileInputs(place, environ=os.environ), has_queue)
