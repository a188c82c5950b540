"""A request from its route to its row in the log: fault, token, permission, handler."""

from typing import NamedTuple

from support.hub.faults import BEFORE, DROPS, Fault, FaultKind
from support.hub.routes.table import Need, Route, find, name_of
from support.hub.state import WINDOW, State
from support.hub.wire import Call, HubError, Reply, Request


class Outcome(NamedTuple):
    """An answer, and what happens to it on its way."""

    reply: Reply
    fault: Fault | None


def dispatch(state: State, call: Call) -> Outcome:
    """Answer, and write it down before the answer leaves."""
    with state.repositories.lock:
        route = find(state, call)
        fault = state.faults.next(route.name, call)
        reply = _answered(state, call, route, fault)
        reply.headers.setdefault("X-Request-Id", f"request-{len(state.requests) + 1}")
        is_dropped = fault is not None and fault.kind in DROPS
        state.requests.append(
            Request(
                method=call.method, path=call.path, status=0 if is_dropped else reply.status,
                sent=len(call.body),
                received=0 if is_dropped or call.method == "HEAD" else len(reply.body),
                token=_name(state, call), route=route.name, listener=call.listener,
                repository=name_of(call),
                headers=frozenset(call.headers),
            )
        )  # fmt: skip
        return Outcome(reply, fault)


def _answered(state: State, call: Call, route: Route, fault: Fault | None) -> Reply:
    try:
        if fault is not None and fault.kind in BEFORE:
            raise fault.error()
        if fault is not None and fault.kind == FaultKind.DROP_BEFORE:
            return Reply()
        if fault is not None and fault.kind == FaultKind.REDIRECT:
            return Reply(307, b"", {"Location": f"{fault.said}{call.path}"})
        reply = _handled(state, call, route, fault)
        if fault is not None and fault.kind == FaultKind.ERROR_AFTER:
            raise fault.error()
    except HubError as error:
        return error.reply()
    except (KeyError, TypeError, ValueError):
        return HubError(400, "The request could not be read").reply()
    else:
        return reply


def _handled(state: State, call: Call, route: Route, fault: Fault | None) -> Reply:
    limit = {}
    if call.listener == "hub":
        call.token = state.access.of(call.headers.get("authorization"))
        limit = _count(state, call, route)
    if route.need is not Need.NOTHING:
        call.repository = state.access.require(
            call.token, call.repository, name_of(call), write=route.need is Need.WRITE
        )
    if fault is not None:
        _prepare(call, fault)
    reply = route.handler(state, call)
    reply.headers.update(limit)
    return reply


def _prepare(call: Call, fault: Fault) -> None:
    call.stale = fault.kind == FaultKind.STALE_READ
    call.lost = fault.kind == FaultKind.MISSING_OBJECT
    if fault.kind == FaultKind.FOREIGN_COMMIT:
        branch = call.arguments.get("rev", "main")
        number = len(call.where.by_sha)
        text = f"{number}\n".encode()
        call.where.commit({f"foreign-{number}.txt": text}, message="Foreign", branch=branch)


def _count(state: State, call: Call, route: Route) -> dict[str, str]:
    """Count the request against its token's limit."""
    kind = "resolvers" if route.name == "resolve" else "api"
    counted = f"{kind} {call.author}"
    state.counted[counted] = state.counted.get(counted, 0) + 1
    left = state.quota - state.counted[counted]
    headers = {
        "RateLimit": f'"{kind}";r={max(0, left)};t={WINDOW}',
        "RateLimit-Policy": f'"fixed window";"{kind}";q={state.quota};w={WINDOW}',
    }
    if left < 0:
        error = HubError(429, "You have reached your rate limit")
        error.headers = headers
        raise error
    return headers


def _name(state: State, call: Call) -> str:
    sent = call.headers.get("authorization")
    if sent is None:
        return ""
    token = state.access.tokens.get(sent.removeprefix("Bearer ").strip())
    return "?" if token is None else token.name
