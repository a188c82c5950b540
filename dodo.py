"""The release graph. `doit` runs it; `doit list --all` shows it; `openmed release run` is the same.

    stage:SLOT → benchmark:SLOT:SUITE → compare:SLOT → flip → regenerate:KIND → release

The edges stand in openmed/pipeline/definition.py, so that a release repository elsewhere
(`openmed release run --root DIR`) has the same graph without a copy of this file.
"""

from pathlib import Path

from openmed.cli.release.dodo import dodo

globals().update(dodo(Path(__file__).parent))
