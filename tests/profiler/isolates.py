"""What several isolates say together, in numbers that do not depend on who said it.

In: recordings. Out: every fact that counts, added up; and one isolate's own facts.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from typing import Any

from store.facts import Recording


def sums(*recordings: Recording) -> dict[Any, int]:
    """Add up every fact that counts, under names that all recordings share."""
    found: Counter[Any] = Counter()
    for one in recordings:
        labels = {cell.number: cell.label for cell in one.cells}
        labels.update({n: "cell" for n, text in labels.items() if "cell:" in text})
        for effect in one.effects:
            key = (effect.function, labels[effect.cell], effect.operation)
            found[key] += effect.count
        for flow in one.flows:
            found[labels[flow.cell], flow.writer, flow.reader] += flow.count
        for cost in one.costs:
            found[cost.function, "runs"] += cost.activations
            found[cost.function, "us"] += cost.total_us
        for call in one.calls:
            found[call.function, call.site] += call.count
            found[call.function, call.site, "us"] += call.total_us
        for loss in one.losses:
            found[loss.function, "seen"] += loss.seen
            found[loss.function, "kept"] += loss.kept
            found[loss.function, "dropped"] += loss.dropped
        for opaque in one.opaques:
            found[opaque.function, opaque.site, opaque.what] += opaque.count
        for edge in one.edges:
            found[edge.type, edge.source, edge.target] += edge.count
        for after in one.afters:
            found[after.function, after.then] += after.count
        for stack in one.stacks:
            found[stack.function, stack.frames] += stack.count
        for shape in one.shapes:
            found[shape.function, shape.slot, shape.shape] += shape.count
        for request in one.requests:
            found[request.method, request.path] += 1
    return dict(found)


def of_isolate(found: Recording, process: int) -> list[Any]:
    """Return an isolate's own facts, with its own numbers and time zero."""
    runs = [one for one in found.activations if one.process == process]
    at = min((one.started_us for one in runs), default=0)
    number = min((one.number for one in runs), default=0)
    return [
        [
            dataclasses.replace(
                one,
                number=one.number - number,
                closure=0,
                parent=one.parent and one.parent - number,
                cause=one.cause and one.cause - number,
                started_us=one.started_us - at,
                ended_us=one.ended_us - at,
                process=1,
            )
            for one in runs
        ],
        [
            dataclasses.replace(one, process=1)
            for one in found.losses
            if one.process == process
        ],
        [
            dataclasses.replace(one, process=1)
            for one in found.probe_costs
            if one.process == process
        ],
    ]
