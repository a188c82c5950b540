"""Starts the worker: what `worker_start.py [FACTS]` runs.

FACTS is the file that keeps facts of source files; it is read, never written. What decides is in
`worker.py`: how runners are found and described is no part of the digest of their code.
"""

import sys
from functools import partial
from pathlib import Path

from openmed.adapters.code.source_files import SourceFiles
from openmed.adapters.runners.installed_runners import runner_type, runtime
from openmed.adapters.runners.worker import serve


def main() -> None:
    """Serve with the runner that the profile names."""
    sources = SourceFiles(*map(Path, sys.argv[1:2]))
    serve(
        lambda folder, profile: runner_type(profile.runner)(folder, profile),
        partial(runtime, sources=sources),
    )
