"""The release graph. `doit` runs it; `doit list --all` shows it; `openmed release run` is the same.

    stage:SLOT → benchmark:SLOT:SUITE → compare:SLOT → flip → regenerate:KIND → release

The edges stand in openmed/pipeline/definition.py, so that a release repository elsewhere
(`openmed release run --root DIR`) has the same graph without a copy of this file.
"""

from pathlib import Path

from openmed.context import open_context
from openmed.pipeline.doit_tasks import dodo

globals().update(dodo(open_context(Path(__file__).parent)))
