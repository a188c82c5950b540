"""Making and removing repositories, branches and tags; settings."""

from support.hub.state import State
from support.hub.wire import Call, HubError, Reply, answer


def create(state: State, call: Call) -> Reply:
    """Make a repository."""
    asked = call.json()
    namespace = asked.get("organization") or call.author
    name, kind = f"{namespace}/{asked['name']}", asked.get("type") or "model"
    url = f"{state.url}/{'' if kind == 'model' else f'{kind}s/'}{name}"
    if call.token is None:
        raise HubError(401, "Invalid username or password.")
    found = state.repositories.get(name, kind=kind)
    if found and (not found.private or call.token.may_read(name)):
        raise HubError(409, f"You already created this {kind} repo", url=url)
    if not call.token.may_create(namespace):
        msg = f'You don\'t have the rights to create a {kind} under the namespace "{namespace}"'
        raise HubError(403, msg)
    private = asked.get("visibility") == "private" or asked.get("private") is True
    state.repositories.create(name, kind=kind, private=private)
    return answer({"url": url, "name": name, "id": name})


def delete(state: State, call: Call) -> Reply:
    """Remove one."""
    asked = call.json()
    name = f"{asked.get('organization') or call.author}/{asked['name']}"
    found = state.repositories.get(name, kind=asked.get("type") or "model")
    where = state.access.require(call.token, found, name, write=True)
    state.repositories.remove(where)
    return answer({})


def settings(_: State, call: Call) -> Reply:
    """Who may see it."""
    asked = call.json()
    if "visibility" in asked or "private" in asked:
        call.where.private = asked.get("visibility") == "private" or asked.get("private") is True
    if "gated" in asked:
        call.where.gated = bool(asked["gated"])
    call.where.owner.save()
    return answer({})


def create_branch(_: State, call: Call) -> Reply:
    """Make a branch."""
    start = call.json().get("startingPoint") or "main"
    return _point(call, f"refs/heads/{call.arguments['ref']}", start)


def delete_branch(_: State, call: Call) -> Reply:
    """Remove one."""
    if call.arguments["ref"] == "main":
        raise HubError(403, "Cannot delete the main branch")
    return _forget(call, f"refs/heads/{call.arguments['ref']}")


def create_tag(_: State, call: Call) -> Reply:
    """Make a tag; the path names the revision."""
    return _point(call, f"refs/tags/{call.json()['tag']}", call.arguments["ref"])


def delete_tag(_: State, call: Call) -> Reply:
    """Remove one; the path names the tag."""
    return _forget(call, f"refs/tags/{call.arguments['ref']}")


def _point(call: Call, ref: str, revision: str) -> Reply:
    sha = call.where.at(revision).sha
    if ref in call.where.refs:
        raise HubError(409, f"Reference {ref} already exists")
    call.where.move({ref: sha})
    return answer({})


def _forget(call: Call, ref: str) -> Reply:
    if ref not in call.where.refs:
        raise HubError(404, f"Invalid rev id: {ref}", code="RevisionNotFound")
    call.where.move({ref: None})
    return answer({})


def auth_check(_: State, __: Call) -> Reply:
    """The route's own check has answered it."""
    return answer({})
