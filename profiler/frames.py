"""The sampling profile as one call tree.

In: the text of a .cpuprofile. Out: Frame facts, merged by parent and position, with
self and total time. Native frames such as ``(garbage collector)`` stay, as script 0.
The text comes from the target: no recursion, no cycle, no number is taken on trust.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from profiler.literals import Literals, Position
from profiler.places import plain_path, script_numbers
from store.errors import ProtocolError
from store.facts import Frame, Function, FunctionRef, Script
from store.packing import as_dict, as_list

MOST_FRAMES = 100_000
LONGEST = 400
LARGEST_US = 2**50


class Identity(NamedTuple):
    """What makes two frames one: the literal if it is known, else the position."""

    position: Position
    function: FunctionRef | None


@dataclass(frozen=True, slots=True)
class Sampled:
    """A call tree, and in which order V8 was seen in it."""

    frames: tuple[Frame, ...]
    steps: tuple[tuple[int, int], ...]
    """For each sample the number of the frame on top, and for how long it was."""


@dataclass(slots=True)
class _Node:
    """A merged frame while it is being counted."""

    identity: Identity
    parent: int
    children: dict[Identity, int] = field(default_factory=dict[Identity, int])
    self_us: int = 0
    total_us: int = 0


def read_frames(
    text: str,
    scripts: Iterable[Script],
    functions: Iterable[Function],
    *,
    rewritten: bool = False,
) -> tuple[Frame, ...]:
    """Return the merged call tree in preorder; ProtocolError if it is no profile.

    ``rewritten``: traced files were rewritten as they were loaded.
    """
    return read_sampled(text, scripts, functions, rewritten=rewritten).frames


def read_sampled(
    text: str,
    scripts: Iterable[Script],
    functions: Iterable[Function],
    *,
    rewritten: bool = False,
) -> Sampled:
    """Return the merged call tree with its samples, where they are told one by one."""
    profile = _parsed(text)
    numbers = script_numbers(scripts)
    found = filter(None, map(as_dict, profile["nodes"]))
    nodes = {node["id"]: node for node in found if type(node.get("id")) is int}
    positions = {number: _position(node, numbers) for number, node in nodes.items()}
    known = _resolved(nodes, positions, Literals(functions), rewritten=rewritten)
    merged, number_of = _merge(nodes, _identities(positions, known))
    sampled = _samples(profile)
    told = _by_hits(profile, nodes).items() if sampled is None else sampled
    for node, elapsed in told:
        if node in number_of:
            merged[number_of[node]].self_us += elapsed
    for tree in reversed(merged):
        tree.total_us += tree.self_us
        if tree.parent:
            merged[tree.parent - 1].total_us += tree.total_us
    frames = tuple(
        Frame(
            number,
            tree.parent,
            *tree.identity.position,
            tree.identity.function,
            tree.self_us,
            tree.total_us,
        )
        for number, tree in enumerate(merged, 1)
    )
    steps = ((number_of.get(node, -1) + 1, us) for node, us in sampled or ())
    return Sampled(frames, tuple(step for step in steps if step[0]))


def _parsed(text: str) -> dict[str, Any]:
    try:
        profile = as_dict(json.loads(text))
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"the CPU profile cannot be read: {error}") from error
    if profile is None or as_list(profile.get("nodes")) is None:
        raise ProtocolError("the CPU profile has no nodes")
    return profile


def _merge(
    nodes: dict[int, dict[str, Any]], identities: Mapping[int, Identity]
) -> tuple[list[_Node], dict[int, int]]:
    """Merge siblings of one identity, parents before children."""
    children = _children(nodes)
    below = {child for found in children.values() for child in found}
    merged: list[_Node] = []
    number_of: dict[int, int] = {}
    roots: dict[Identity, int] = {}
    waiting = [(node, 0) for node in reversed(nodes) if node not in below]
    while waiting:
        node, parent = waiting.pop()
        if node in number_of:
            continue
        identity = identities[node]
        siblings = merged[parent - 1].children if parent else roots
        number = siblings.get(identity)
        if number is None:
            if len(merged) >= MOST_FRAMES:
                number_of[node] = max(parent - 1, 0)
                continue
            merged.append(_Node(identity, parent))
            number = siblings[identity] = len(merged)
        number_of[node] = number - 1
        waiting.extend((child, number) for child in reversed(children.get(node, ())))
    return merged, number_of


def _children(nodes: dict[int, dict[str, Any]]) -> dict[int, list[int]]:
    """Read both ways in which V8 says who is below whom; each node has one parent."""
    children: dict[int, list[int]] = {}
    placed: set[int] = set()
    for number, node in nodes.items():
        for child in as_list(node.get("children")) or ():
            if type(child) is int and child in nodes and child not in placed:
                placed.add(child)
                children.setdefault(number, []).append(child)
    for number, node in nodes.items():
        parent = node.get("parent")
        if type(parent) is int and parent in nodes and number not in placed:
            placed.add(number)
            children.setdefault(parent, []).append(number)
    return children


def _resolved(
    nodes: dict[int, dict[str, Any]],
    positions: Mapping[int, Position],
    literals: Literals,
    *,
    rewritten: bool,
) -> dict[int, Function]:
    """Find the literals, for all frames of one of V8's scripts at a time."""
    compiled: dict[tuple[int, Any], set[Position]] = {}
    for number, position in positions.items():
        if position.script and position.line:
            compiled.setdefault(_compiled(nodes[number], position), set()).add(position)
    known = {
        key: literals.resolve(seen, rewritten=rewritten)
        for key, seen in compiled.items()
    }
    found: dict[int, Function] = {}
    for number, position in positions.items():
        function = known.get(_compiled(nodes[number], position), {}).get(position)
        if function is not None:
            found[number] = function
    return found


def _identities(
    positions: Mapping[int, Position], known: Mapping[int, Function]
) -> dict[int, Identity]:
    """Give the original and its twin, whose columns differ, one identity."""
    identities: dict[int, Identity] = {}
    for number, position in positions.items():
        found = known.get(number)
        if found is None:
            identities[number] = Identity(position, None)
        else:
            place = position._replace(
                name=found.name or position.name, line=found.line, column=found.column
            )
            identities[number] = Identity(place, found.ref)
    return identities


def _compiled(node: dict[str, Any], position: Position) -> tuple[int, Any]:
    """Tell V8's own scripts apart: a twin is another one than its original."""
    number = (as_dict(node.get("callFrame")) or {}).get("scriptId")
    return position.script, number if isinstance(number, str | int) else None


def _position(node: dict[str, Any], numbers: Mapping[str, int]) -> Position:
    frame = as_dict(node.get("callFrame")) or {}
    name, url = _text(frame.get("functionName")), _text(frame.get("url"))
    line, column = whole(frame.get("lineNumber")), whole(frame.get("columnNumber"))
    script = whole(frame.get("script", node.get("script")))
    if script <= 0:
        script = numbers.get(plain_path(url), 0) if url else 0
    if line < 0 or column < 0:
        return Position(max(script, 0), name, url, 0, 0)
    return Position(script, name, url, line + 1, column + 1)


def _text(value: Any) -> str:
    return value[:LONGEST] if isinstance(value, str) else ""


def whole(value: Any) -> int:
    """Return a number that V8 may say of a place, -1 for anything else."""
    if type(value) is not int or not -1 <= value < 2**31:
        return -1
    return value


def _samples(profile: Mapping[str, Any]) -> list[tuple[int, int]] | None:
    """Return the node on top of the stack in each sample, and for how long it was.

    A sample lasts until the next one; the last until the profile's end. None when
    single samples were not kept.
    """
    samples = as_list(profile.get("samples"))
    deltas = as_list(profile.get("timeDeltas"))
    if not samples or deltas is None:
        return None
    steps = [_step(delta) for delta in deltas[: len(samples)]]
    steps += [0] * (len(samples) - len(steps))
    span = _step(_difference(profile.get("startTime"), profile.get("endTime")))
    steps.append(max(span - sum(steps), 0))
    told = zip(samples, steps[1:], strict=True)
    return [(node, step) for node, step in told if type(node) is int]


def _by_hits(
    profile: Mapping[str, Any], nodes: dict[int, dict[str, Any]]
) -> dict[int, int]:
    """Share the time out by hit counts."""
    hits = {number: _step(node.get("hitCount")) for number, node in nodes.items()}
    span = _step(_difference(profile.get("startTime"), profile.get("endTime")))
    every = span // max(sum(hits.values()), 1)
    return {number: count * every for number, count in hits.items()}


def _difference(start: Any, end: Any) -> Any:
    if isinstance(start, int | float) and isinstance(end, int | float):
        return end - start
    return 0


def _step(value: Any) -> int:
    """Return a duration: V8 reports some below zero when its clock was corrected."""
    if isinstance(value, float) and value == value and abs(value) < LARGEST_US:  # noqa: PLR0124
        value = int(value)
    return value if type(value) is int and 0 < value < LARGEST_US else 0
