"""Which environment variables hold secrets, so that no program that runs other code is given one.

A name that says so, or a value that is a private key. Git is given what authenticates git
(`GIT_ASKPASS`, `GIT_CONFIG_…`, the agent of ssh), because a push needs it.
"""

import os
import re
from collections.abc import Mapping
from typing import Final

_SECRET_NAME: Final = re.compile(
    r"TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|API_?KEY|ACCESS_?KEY"
    r"|PRIVATE_?KEY|SIGNING_?KEY|^ACTIONS_(?:RUNTIME|ID)|(?:^|_)(?:PAT|AUTH)$",
    re.IGNORECASE,
)
_SECRET_VALUE: Final = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")


def without_secrets(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables that hold no key, token or password."""
    return {
        name: value
        for name, value in environ.items()
        if not _SECRET_NAME.search(name) and not _SECRET_VALUE.search(value)
    }


def own_secrets(environ: Mapping[str, str]) -> list[str]:
    """Names of the variables that hold a key or a secret of this engine."""
    secret = environ.keys() - without_secrets(environ).keys()
    return sorted(name for name in secret if name.startswith("OPENMED"))


def pip_environment() -> dict[str, str]:
    """Pip runs no candidate's code, so it sees the machine's configuration; secrets stay out."""
    own = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    others = without_secrets(os.environ)
    return {**{n: v for n, v in others.items() if not n.startswith("OPENMED")}, **own}
