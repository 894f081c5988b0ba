"""The probe's records as typed values.

In: nothing. Out: one named tuple for each event of ``store.abi``, with the fields in
the order of its layout. Times are microseconds since the stream began.
"""

from __future__ import annotations

from typing import NamedTuple

from store.facts import CapturedRequest


class Start(NamedTuple):
    """A stream begins."""

    version: int
    pid: int
    zero_ns: int
    clock_ns: int = 0
    """The host's monotonic clock at time zero; 0 where the probe did not tell."""


class Enter(NamedTuple):
    """A traced function was entered."""

    at: int
    activation: int
    script: int
    start: int
    closure: int
    parent: int
    cause: int
    turn: int
    trigger: int = 0
    """The turn in which what called it back was made; 0 where nobody knows."""


class Exit(NamedTuple):
    """It was left; ``outcome`` is an index into OUTCOMES."""

    at: int
    activation: int
    outcome: int


class Hand(NamedTuple):
    """A function was passed to a call; ``script`` 0: not known which literal."""

    at: int
    activation: int
    site: int
    closure: int
    script: int
    start: int
    argument: int
    callee: str


class Read(NamedTuple):
    """A cell was read; ``object`` 0: not known of which, ``item`` 0: all or a name."""

    activation: int
    site: int
    cell: int
    object: int = 0
    item: int = 0


class Write(NamedTuple):
    """A cell was written, as it is read."""

    activation: int
    site: int
    cell: int
    object: int = 0
    item: int = 0


class CellUsed(NamedTuple):
    """First use of a cell; ``kind`` is an index into CELL_KINDS."""

    cell: int
    kind: int
    base: int
    key: str
    script: int
    start: int


class OpaqueSeen(NamedTuple):
    """Something that the tracer cannot see into."""

    activation: int
    site: int
    what: str


class Call(NamedTuple):
    """A call expression ended."""

    activation: int
    site: int
    microseconds: int
    thrown: int


class StackSeen(NamedTuple):
    """The callers at an entry."""

    activation: int
    text: str


class ShapeSeen(NamedTuple):
    """The kinds of a value."""

    script: int
    start: int
    slot: str
    shape: str
    bytes: int


class Count(NamedTuple):
    """How many runs a function had so far; ``gated`` ones fell outside a burst."""

    script: int
    start: int
    seen: int
    kept: int
    dropped: int
    gated: int
    missed: int = 0
    """An estimate: runs while nothing of ours was in the function's places."""


class Overhead(NamedTuple):
    """What the probe and the main thread had used so far."""

    at: int
    probe_us: int
    main_us: int
    rss: int
    idle_us: int = 0
    """How long the event loop has waited; 0 where the probe did not tell."""


class Late(NamedTuple):
    """How late a timer came: what had to wait for the loop, waited as long."""

    by_us: int


class Request(NamedTuple):
    """A captured request, read as a fact already."""

    fact: CapturedRequest


class AfterSeen(NamedTuple):
    """The second function ran after the first, in one stack."""

    script: int
    start: int
    then_script: int
    then_start: int


class Mail(NamedTuple):
    """A message between a thread and its maker; ``way`` is an index into WAYS."""

    at: int
    activation: int
    thread: int
    way: int
    nth: int


class LeadSeen(NamedTuple):
    """A run follows from another; ``how`` is an index into LEADS."""

    at: int
    activation: int
    how: int
    source: int
    since: int


class BlockRan(NamedTuple):
    """The block that starts there ran at least once."""

    script: int
    start: int


class Note(NamedTuple):
    """Something that the probe wants to be known."""

    text: str


Record = (
    Start
    | Enter
    | Exit
    | Hand
    | Read
    | Write
    | CellUsed
    | OpaqueSeen
    | Call
    | StackSeen
    | ShapeSeen
    | Count
    | Overhead
    | Request
    | AfterSeen
    | Late
    | LeadSeen
    | Mail
    | BlockRan
    | Note
)
