"""Who asks; tokens for id tokens; whether a card's metadata is accepted."""

from support.hub.access import ISSUER, LIFETIME
from support.hub.cards import faults_of
from support.hub.state import State
from support.hub.wire import Call, HubError, Reply, answer

GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"
SUBJECT_TYPE = "urn:ietf:params:oauth:token-type:id_token"


def whoami(_: State, call: Call) -> Reply:
    """Describe the token."""
    token = call.token
    if token is None:
        raise HubError(401, "Invalid username or password.")
    if token.is_exchanged:
        raise HubError(403, "This token belongs to no user")
    scopes = [
        {"entity": {"_id": name, "type": "model", "name": name}, "permissions": [permission]}
        for names, permission in ((token.read, "repo.content.read"), (token.write, "repo.write"))
        for name in names
    ]
    role = "write" if token.is_admin else "fineGrained"
    described: dict[str, object] = {"displayName": token.name, "role": role}
    if not token.is_admin:
        described["fineGrained"] = {"canReadGatedRepos": False, "global": [], "scoped": scopes}
    orgs = [{"type": "org", "name": name, "roleInOrg": "write"} for name in token.create]
    return answer(
        {
            "type": "user", "id": token.name, "name": token.name, "fullname": token.name,
            "orgs": orgs, "auth": {"type": "access_token", "accessToken": described},
        }
    )  # fmt: skip


def exchange(state: State, call: Call) -> Reply:
    """A token of one resource for an id token."""
    asked = call.json()
    if asked.get("grant_type") != GRANT or asked.get("subject_token_type") != SUBJECT_TYPE:
        raise HubError(400, "unsupported_grant_type")
    token = state.access.exchange(
        str(asked.get("subject_token", "")), str(asked.get("resource", "")), audience=state.url
    )
    return answer({"access_token": token.secret, "token_type": "bearer", "expires_in": LIFETIME})


def id_token(state: State, call: Call) -> Reply:
    """Not the Hub's: what a CI answers a job that asks for an id token."""
    if call.token is None:
        raise HubError(401, "No job asks")
    claims = {
        "iss": ISSUER, "sub": call.query["subject"][0], "aud": call.query["audience"][0],
        "exp": state.access.now + LIFETIME,
    }  # fmt: skip
    return answer({"value": state.access.identity(claims)})


def validate_yaml(_: State, call: Call) -> Reply:
    """Look at a card's metadata."""
    errors, warnings = faults_of(str(call.json().get("content", "")))
    body = {
        "errors": [{"message": text} for text in errors],
        "warnings": [{"message": text} for text in warnings],
    }
    reply = answer(body)
    reply.status = 400 if errors else 200
    return reply
