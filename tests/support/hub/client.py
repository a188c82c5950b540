"""The Hub's client as tests use it: without its second transport, its telemetry and its bars."""

import os
import sys

VARIABLES = {
    "HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1", "NO_PROXY": "127.0.0.1",
}  # fmt: skip
"""Read by the client when it is imported."""


def prepare() -> None:
    """Make it so, also when something imported the client before."""
    os.environ.update(VARIABLES)
    if "huggingface_hub" in sys.modules:
        from huggingface_hub import constants  # noqa: PLC0415 - only then

        constants.HF_HUB_DISABLE_XET = True
        constants.HF_HUB_DISABLE_TELEMETRY = True
