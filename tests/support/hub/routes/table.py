"""Which request is which: a table from top to bottom.

Paths are split before they are unquoted, so that `refs%2Fpr%2F1` stays one part.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from support.hub.routes import (
    account_routes,
    commit_routes,
    file_routes,
    listing_routes,
    repository_routes,
)  # fmt: skip
from support.hub.state import KINDS, State
from support.hub.wire import Call, HubError, Reply

Handler = Callable[[State, Call], Reply]


class Need(Enum):
    """What a token must be allowed."""

    NOTHING = "nothing"
    READ = "read"
    WRITE = "write"


@dataclass(frozen=True)
class Route:
    """A route.

    Attributes:
        pattern: method and path; `{kind}/{namespace}/{name}` is a repository, `{path+}` takes
            what is left.
    """

    name: str
    pattern: str
    handler: Handler
    need: Need = Need.READ
    listener: str = "hub"

    def match(self, call: Call) -> dict[str, str] | None:
        """What it takes of the path, None when it is another route's."""
        method, _, path = self.pattern.partition(" ")
        if call.method not in method.split("|") or call.listener != self.listener:
            return None
        parts = path.strip("/").split("/")
        given = list(call.parts)
        if parts[-1] == "{path+}":
            rest = given[len(parts) - 1 :]
            given = [*given[: len(parts) - 1], *(["/".join(rest)] if rest else [])]
        if len(parts) != len(given):
            return None
        found = {}
        for part, value in zip(parts, given, strict=True):
            if part.startswith("{"):
                found[part.strip("{}+")] = value
            elif part != value:
                return None
        return found


def _none(_: State, __: Call) -> Reply:
    raise HubError(404, "Sorry, this is not served here")


_R = "/api/{kinds}/{namespace}/{name}"
ROUTES = (
    Route("whoami", "GET /api/whoami-v2", account_routes.whoami, Need.NOTHING),
    Route("validate-yaml", "POST /api/validate-yaml", account_routes.validate_yaml, Need.NOTHING),
    Route("oauth-token", "POST /oauth/token", account_routes.exchange, Need.NOTHING),
    Route("id-token", "GET /ci/id-token", account_routes.id_token, Need.NOTHING),
    Route("create-repo", "POST /api/repos/create", repository_routes.create, Need.NOTHING),
    Route("delete-repo", "DELETE /api/repos/delete", repository_routes.delete, Need.NOTHING),
    Route("info", f"GET {_R}", listing_routes.info),
    Route("info", f"GET {_R}/revision/{{rev}}", listing_routes.info),
    Route("tree", f"GET {_R}/tree/{{rev}}", listing_routes.tree),
    Route("tree", f"GET {_R}/tree/{{rev}}/{{path+}}", listing_routes.tree),
    Route("paths-info", f"POST {_R}/paths-info/{{rev}}", listing_routes.paths_info),
    Route("refs", f"GET {_R}/refs", listing_routes.refs),
    Route("commits", f"GET {_R}/commits/{{rev}}", listing_routes.commits),
    Route("settings", f"PUT {_R}/settings", repository_routes.settings, Need.WRITE),
    Route("branch", f"POST {_R}/branch/{{ref}}", repository_routes.create_branch, Need.WRITE),
    Route("branch", f"DELETE {_R}/branch/{{ref}}", repository_routes.delete_branch, Need.WRITE),
    Route("tag", f"POST {_R}/tag/{{ref}}", repository_routes.create_tag, Need.WRITE),
    Route("delete-tag", f"DELETE {_R}/tag/{{ref}}", repository_routes.delete_tag, Need.WRITE),
    Route("auth-check", f"GET {_R}/auth-check", repository_routes.auth_check),
    Route("auth-check", f"GET {_R}/auth-check/write", repository_routes.auth_check, Need.WRITE),
    Route("preupload", f"POST {_R}/preupload/{{rev}}", commit_routes.preupload, Need.WRITE),
    Route("commit", f"POST {_R}/commit/{{rev}}", commit_routes.commit, Need.WRITE),
    Route("lfs-list", f"GET {_R}/lfs-files", listing_routes.large_files, Need.WRITE),
    Route("lfs-delete", f"POST {_R}/lfs-files/batch", commit_routes.purge, Need.WRITE),
    Route("duplicate", f"POST {_R}/lfs-files/duplicate", commit_routes.duplicate),
    Route("resolve", "GET|HEAD /{namespace}/{name}/resolve/{rev}/{path+}", file_routes.resolve),
    Route(
        "resolve", "GET|HEAD /{kinds}/{namespace}/{name}/resolve/{rev}/{path+}",
        file_routes.resolve,
    ),
    Route(
        "resolve", "GET|HEAD /api/resolve-cache/{kinds}/{namespace}/{name}/{rev}/{cached}",
        file_routes.resolve,
    ),
    Route(
        "lfs-batch", "POST /{namespace}/{name}/info/lfs/objects/batch",
        file_routes.batch, Need.WRITE,
    ),
    Route(
        "lfs-batch", "POST /{kinds}/{namespace}/{name}/info/lfs/objects/batch",
        file_routes.batch, Need.WRITE,
    ),
    Route("lfs-verify", "POST /{namespace}/{name}/info/lfs/verify", file_routes.verify, Need.WRITE),
    Route(
        "lfs-verify", "POST /{kinds}/{namespace}/{name}/info/lfs/verify",
        file_routes.verify, Need.WRITE,
    ),
    Route("cdn", "GET|HEAD /get/{oid}", file_routes.download, Need.NOTHING, "cdn"),
    Route(
        "lfs-upload", "PUT /put/{kind}/{namespace}/{name}/{oid}", file_routes.upload,
        Need.NOTHING, "cdn",
    ),
)  # fmt: skip
NAMES = frozenset(route.name for route in ROUTES)
UNKNOWN = Route("unknown", "", _none, Need.NOTHING)


def find(state: State, call: Call) -> Route:
    """Which route it is; the call keeps its arguments and its repository."""
    for route in ROUTES:
        found = route.match(call)
        if found is None or found.get("kinds", "models") not in KINDS:
            continue
        call.arguments = found
        if "cached" in found:
            found["path"] = found["cached"]
        if "namespace" in found:
            call.repository = state.repositories.get(
                name_of(call), kind=KINDS[found.get("kinds", "models")]
            )
        return route
    return UNKNOWN


def name_of(call: Call) -> str:
    """The repository that the path names."""
    found = call.arguments
    return f"{found['namespace']}/{found['name'].removesuffix('.git')}" if "name" in found else ""
