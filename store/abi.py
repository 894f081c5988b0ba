"""The one table of probe calls, event codes and record layouts.

In: nothing. Out: constants from which the JavaScript side is generated
(``javascript()``), so that the probe, the rewriter's output and the decoder cannot
disagree. A block is a run of msgpack arrays; the first element is the event code.
"""

from __future__ import annotations

from enum import IntEnum

VERSION = 1
"""Raised whenever a layout changes; stamped on the probe and on every block."""

PROBE_SYMBOL = "fluxion.probe"
"""``Symbol.for`` key of the probe's one global."""

RUNTIME_SYMBOL = "fluxion.runtime"
"""``Symbol.for`` key of the compiled app's one global."""


class Event(IntEnum):
    """Codes of the records in a block, with their layout after the code."""

    START = 1
    """version, pid, t0_epoch_ns, t0_monotonic_ns: first record of a stream.

    The last is the host's monotonic clock at the same moment, by which the isolates of
    one host are put on one timeline; probes before it left it out.
    """
    ENTER = 2
    """t, activation, script, start, closure, parent, cause, turn, trigger.

    The last is the turn in which what called it back was made (``triggerAsyncId``); 0
    where nobody knows. Probes before it left it out.
    """
    EXIT = 3
    """t, activation, outcome (0 undefined, 1 value, 2 promise, 3 throw)."""
    HAND = 4
    """t, activation, site, closure, script, start, argument, callee text.

    A function was passed to a call; script is 0 when the function is not known.
    """
    READ = 5
    """activation, site, cell, object, item.

    object: which of the objects whose place has this name; 0 where nobody knows, and
    for variables. item: 1 + the index in a list, 0 for all of it and for a property
    that has a name. Probes before it left both out.
    """
    WRITE = 6
    """activation, site, cell, object, item: as READ."""
    CELL = 7
    """cell, kind, base, key, script, start: first use of a cell number.

    kind: index into CELL_KINDS; script and start: the function (argument, this) or
    the declaration's offset (capture).
    """
    OPAQUE = 8
    """activation, site, what."""
    CALL = 9
    """activation, site, microseconds inclusive, thrown (0 or 1)."""
    STACK = 10
    """activation, text of ``new Error().stack`` without the message."""
    SHAPE = 11
    """script, start, slot, shape, bytes."""
    COUNT = 12
    """script, start, seen, kept, dropped, gated, missed: absolute, cumulative.

    seen = kept + dropped; gated counts runs that a closed gate left unobserved; missed
    is an estimate of the runs while the twins were out of their places, which nobody
    could count: the pace of the time in place, over the time out of place.
    """
    COST = 13
    """t, probe and main-thread CPU microseconds so far, rss, idle microseconds so far.

    The last is how long the event loop has waited for something to do; 0: not known,
    and probes before it left it out.
    """
    REQUEST = 14
    """t, number, connection, method, path, headers, body, redacted (0 or 1)."""
    AFTER = 15
    """script, start, script, start: the second ran after the first in one stack."""
    NOTE = 16
    """text: something the probe wants in the audit (a swap undone, an error)."""
    LATE = 17
    """microseconds: how late a timer of the probe came that is due ten times a second.

    Told before the COST of its second.
    """
    LEAD = 18
    """t, activation, how, source, since.

    What the activation does from t on follows what source had done at since; how:
    index into LEADS, source 0 when nobody knows whom. Of ``resumed``, source is the
    offset of the ``await`` after which it goes on; 0 where that is not known, and
    probes before it told none.
    """
    RAN = 19
    """script, start of a block that ran at least once; told once.

    Of the literals' text as it is instrumented: what an observed run does, and in a
    file that was rewritten as it was loaded what most others do.
    """
    MAIL = 20
    """t, activation, thread, way, nth: a message between a thread and who made it.

    ``way``: index into WAYS. Of posts all are counted, of what is called back what is
    seen. Activation 0 where it is the thread's own first record.
    """


CELL_KINDS = ("argument", "capture", "this", "module", "global", "property")
WAYS = ("to", "got", "back", "answer", "made", "self")
"""To a thread, taken by it; from it, taken by who made it; made; said by itself."""
LEADS = ("called", "settled", "resumed", "again", "queued", "handed", "sent")
OUTCOMES = ("undefined", "value", "promise", "throw")

PROBE_CALLS = {
    "gates": "(script, [start, ...]) -> a number each: 0 open, else 1 + runs not told",
    "blocks": "(script, [start, ...]) -> bytes: each becomes 1 when that block runs",
    "enter": "(script, start, closure, self, args) -> activation, 0 when not sampled",
    "exit": "(activation, outcome, value) -> value",
    "read": "(activation, site, object, key, value) -> value",
    "write": "(activation, site, object, key, value) -> value, before the assignment",
    "readCapture": "(activation, site, name, declared, value) -> value",
    "writeCapture": "(activation, site, name, declared, value) -> value",
    "call": "(activation, site, callee, self, args, text) -> mark, before a call",
    "done": "(mark, value) -> value, after it",
    "threw": "(mark, error) -> error, after it threw",
    "made": "(script, start, activation, site) -> closure number of a literal",
    "opaque": "(activation, site, what)",
    "came": "(activation, site, how, value) -> value that came from elsewhere",
    "awaits": "(activation, site, value) -> value, before it is awaited; site 0: or "
    "returned",
    "ended": "(activation, outcome, value), when the body of an async function is over",
    "items": "(activation, site, object, waits, pattern) -> object that is iterated",
    "took": "(activation, site, object, pattern), after a pattern took its parts",
    "around": "(start of what begins next) -> activation under way, 0 for none",
}
"""What instrumented code calls on its ``fx``; the probe implements exactly these."""


def javascript() -> str:
    """Return the table as a CommonJS module that the probe's bundle imports."""
    events = ", ".join(f"{e.name}: {e.value}" for e in Event)
    kinds = ", ".join(f"{k}: {i}" for i, k in enumerate(CELL_KINDS))
    leads = ", ".join(f"{k}: {i}" for i, k in enumerate(LEADS))
    ways = ", ".join(f"{k}: {i}" for i, k in enumerate(WAYS))
    outcomes = ", ".join(f"{k}: {i}" for i, k in enumerate(OUTCOMES))
    return (
        "// Generated from store/abi.py by scripts/bundle.mjs; do not edit.\n"
        "'use strict'\n"
        f"module.exports = {{\n  VERSION: {VERSION},\n"
        f"  PROBE_SYMBOL: '{PROBE_SYMBOL}',\n"
        f"  RUNTIME_SYMBOL: '{RUNTIME_SYMBOL}',\n"
        f"  EVENT: {{ {events} }},\n"
        f"  CELL_KIND: {{ {kinds} }},\n"
        f"  LEAD: {{ {leads} }},\n"
        f"  WAY: {{ {ways} }},\n"
        f"  OUTCOME: {{ {outcomes} }},\n}}\n"
    )
