"""Which parameters of a host belong to one request: sockets, requests, responses.

In: a program, a recording, a host. Out: names. Such objects are this activation's own;
the runtime holds their sockets until the remainder ran.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rewriter.callers import registration
from rewriter.entries import callers
from rewriter.modules import Spot, enclosing, plain, static_name

if TYPE_CHECKING:
    from rewriter.program import Program
    from store.facts import Recording

REQUEST = frozenset(
    {
        "IncomingMessage",
        "ServerResponse",
        "Http2ServerRequest",
        "Http2ServerResponse",
        "Socket",
        "TLSSocket",
    }
)
ROUTES = frozenset(
    ["all", "delete", "get", "head", "options", "patch", "post", "put", "use"]
)


def held(
    program: Program, recording: Recording, host: Spot, depth: int = 0
) -> frozenset[str]:
    """Return the names of the host's parameters that belong to one request."""
    names = [
        node.name if node.type == "Identifier" else ""
        for node in host.node.all("params")
    ]
    found = _by_shape(recording, host, names) | _by_registration(
        program, recording, host, names
    )
    calls = callers(program, host) if depth < 3 else None
    if calls:
        passed = [_passed(program, recording, call, depth) for call in calls]
        for index, name in enumerate(names):
            if name and all(index in indices for indices in passed):
                found |= {name}
    return frozenset(name for name in found if name)


def _passed(program: Program, recording: Recording, call: Spot, depth: int) -> set[int]:
    """Return which arguments of a call are held parameters of the caller."""
    around = enclosing(call.node)
    if around is None:
        return set()
    outer = held(program, recording, Spot(call.module, around), depth + 1)
    return {
        index
        for index, argument in enumerate(call.node.all("arguments"))
        if plain(argument).type == "Identifier" and plain(argument).name in outer
    }


def _by_shape(recording: Recording, host: Spot, names: list[str]) -> set[str]:
    seen: dict[int, set[str]] = {}
    for shape in recording.shapes:
        if shape.function == host.ref and shape.slot.startswith("arg:"):
            index = shape.slot[4:]
            if index.isdigit():
                seen.setdefault(int(index), set()).add(shape.shape)
    return {
        names[index]
        for index, shapes in seen.items()
        if index < len(names)
        and {s.removeprefix("instance:") for s in shapes} <= REQUEST
    }


def _by_registration(
    program: Program, recording: Recording, host: Spot, names: list[str]
) -> set[str]:
    """Read it from where the callback was handed over: to a server, to a route."""
    found: set[str] = set()
    for point in recording.ruptures:
        if point.function != host.ref:
            continue
        call = registration(program, point)
        if call is None:
            continue
        callee = plain(call.node.the("callee"))
        name = static_name(callee) if callee.type == "MemberExpression" else callee.raw
        arguments = call.node.all("arguments")
        text = arguments[0].value if arguments and arguments[0].kind == "string" else ""
        routed = name in ROUTES and isinstance(text, str) and text.startswith("/")
        if name == "createServer" or (name == "on" and text == "request") or routed:
            found.update(names[:2])
    return found
