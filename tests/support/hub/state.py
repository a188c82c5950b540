"""What a Hub is, as its routes see it."""

from dataclasses import dataclass, field
from threading import Event

from support.hub.access import Access
from support.hub.faults import FaultPlan
from support.hub.repositories import Repositories
from support.hub.wire import Request

KINDS = {"models": "model", "datasets": "dataset", "spaces": "space"}
"""How the paths of the interface call each kind."""
WINDOW = 300
"""Seconds in which requests are counted against the limit."""


@dataclass
class State:
    """All of it.

    Attributes:
        page: entries of a listing in one answer.
        quota: requests of one token within the window.
        caching: small files of public repositories come by a redirect, as the Hub sends them.
        stopping: set when the Hub ends, so that nothing waits on.
    """

    repositories: Repositories
    access: Access = field(default_factory=Access)
    faults: FaultPlan = field(default_factory=FaultPlan)
    requests: list[Request] = field(default_factory=list)
    counted: dict[str, int] = field(default_factory=dict)
    url: str = ""
    cdn: str = ""
    page: int = 1000
    quota: int = 1_000_000
    caching: bool = True
    stopping: Event = field(default_factory=Event)
