"""Observe everything that belongs to a target as one: its processes and threads.

In: a Target. Out: a `Group` with the face of one observation, over the process itself,
its cluster workers, its Node child processes and the worker threads of each, those that
start later as well. Only the end of the target itself ends it.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from typing import Self, TypeVar

from agent.cdp import DEADLINE_S
from agent.draining import MUTE_S
from agent.found import Found
from agent.joining import Joining
from agent.member import Answers, Key, Member, ask, key_of
from agent.observation import AgentStatus, AttachOptions, Step
from agent.profile import joined
from agent.stall import Prediction
from agent.target import Target
from agent.tracing import Rewriter
from store.errors import FluxionError, ProtocolError, TargetGone
from store.facts import Function, Process, Refusal, Script

T = TypeVar("T")
STATUS_S = 1.0
ANSWER_S = min(20.0, 4 * DEADLINE_S)
LEAVE_S = 2.0
THREAD_LEAVE_S = 1.0
LOOK_S = 0.02
HUNG_S = 4.0
"""After this, an isolate that does not answer is left to its probe, which leaves."""


class Group:
    """A target with everything that it has started."""

    def __init__(
        self,
        target: Target,
        *,
        options: AttachOptions,
        rewrite: Rewriter,
        on_block: Callable[[int, bytes], None],
        on_audit: Callable[[str], None] | None = None,
        on_process: Callable[[Process], None] = lambda _: None,
    ) -> None:
        """Attach to the target itself, then join what belongs to it."""
        self._trace_seconds = options.trace_seconds
        self._max_stall_ms = options.max_stall_ms
        self._lock = threading.Lock()
        self._late: list[Function | Refusal] = []
        self._asked: dict[Key, float] = {}
        self._interval = 0
        self._capture = 0
        self._left = False
        self._did: Callable[[str], None] = on_audit or (lambda _: None)
        self._joining = Joining(
            options=options,
            rewrite=rewrite,
            on_block=on_block,
            on_audit=on_audit,
            on_process=on_process,
            catch_up=self._catch_up,
        )
        self._joining.begin(target)
        self.process = self._joining.everyone()[0].attached.process
        """The target itself."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.detach()

    @property
    def processes(self) -> tuple[Process, ...]:
        """Every isolate that was joined so far, the target first."""
        return tuple(one.attached.process for one in self._joining.everyone())

    def left_out(self) -> list[Refusal]:
        """What belongs to the target and could not be joined, and why."""
        return list(self._joining.left_out.values())

    def scripts(self) -> list[Script]:
        """Every script of any isolate that is not Node's own."""
        return self._joining.numbering.facts()

    def source(self, number: int) -> str:
        """V8's text of a script."""
        last: FluxionError = ProtocolError(f"no isolate has script {number} any more")
        for one in self._joining.everyone():
            if one.attached.has(number) and not one.gone:
                try:
                    return one.attached.source(number)
                except TargetGone as error:
                    last = error
        raise last

    @property
    def resting(self) -> bool:
        """Whether `watch` has found everything for now, in every isolate."""
        return all(one.gone or one.attached.resting for one in self._joining.everyone())

    def watch(self, seconds: float) -> list[Function | Refusal]:
        """Find callbacks in every isolate and watch them for so long."""
        members = self._joining.everyone()
        results: list[Function | Refusal] = []
        for some in self._ask(
            members, lambda one: one.attached.watch(seconds), seconds + ANSWER_S
        ):
            results += some
        return results

    def stall(self) -> Prediction | None:
        """Predict the longest stop by turning the Debugger on, in any isolate."""
        members = self._joining.everyone()
        told = self._ask(members, lambda one: one.attached.stall(), ANSWER_S)
        return max((one for one in told if one), key=lambda one: one.ms, default=None)

    def walk(self, seconds: float | None = None) -> list[Found]:
        """The live functions of all; of each literal those of the first isolate."""
        members = self._joining.everyone()
        self._ask(members, partial(_walk, seconds=seconds), (seconds or 0) + ANSWER_S)
        met: dict[Key, int] = {}
        return [
            one
            for member in members
            for one in member.found or ()
            if met.setdefault(key_of(one), member.number) == member.number
        ]

    def trace(
        self, found: Iterable[Found], seconds: float | None = None
    ) -> list[Function | Refusal]:
        """Trace these literals in every isolate, in those that start later as well."""
        limit = self._trace_seconds if seconds is None else seconds
        keys = [key_of(one) for one in found]
        with self._lock:
            self._asked |= dict.fromkeys(keys, limit)
            results, self._late = self._late, []

        def work(member: Member) -> list[Function | Refusal]:
            if member.found is None:
                _walk(member)
            return member.attached.trace(member.of(keys), limit)

        for some in self._ask(
            self._joining.everyone(), work, limit + ANSWER_S, self._keep
        ):
            results += some
        return results

    def start_profile(self, interval_us: int = 2000) -> None:
        """Begin sampling the CPU of every isolate."""
        self._interval = interval_us
        members = self._joining.everyone()
        self._ask(members, lambda one: one.attached.start_profile(interval_us), 5.0)

    def stop_profile(self) -> str:
        """End it; one .cpuprofile of all, frames with our script numbers."""
        self._interval = 0
        text = ""
        for one in self._ask(
            self._joining.everyone(),
            lambda member: member.attached.stop_profile(),
            ANSWER_S,
        ):
            text = joined(text, one)
        return text

    def capture_requests(self, count: int) -> None:
        """Keep the next requests of every isolate, up to so many in each."""
        self._capture = count
        members = self._joining.everyone()
        self._ask(members, lambda one: one.attached.capture_requests(count), 5.0)

    def status(self) -> AgentStatus:
        """The sums; the share of the CPU is that of the isolate that we burden most.

        Each isolate keeps the budget by itself, so the worst is what was promised.
        """
        members = self._joining.everyone()
        ask(members, lambda one: one.status(), STATUS_S, in_turn=False)
        told = [(one, one.last) for one in members if one.last is not None]
        first = members[0].last
        if first is None:
            return AgentStatus(0, 0, 0.0, 0.0, alive=not members[0].gone)
        alive = [(one, status) for one, status in told if not one.gone]
        memory: dict[int, float] = {}
        for one, status in alive:
            memory[one.pid] = max(memory.get(one.pid, 0.0), status.rss_mb)
        return replace(
            first,
            events=sum(status.events for _, status in told),
            dropped=sum(status.dropped for _, status in told),
            overhead_percent=max(s.overhead_percent for _, s in alive or told),
            rss_mb=round(sum(memory.values()), 1),
            alive=not members[0].gone,
            seen=sum(status.seen for _, status in told),
            kept=sum(status.kept for _, status in told),
            gated=sum(status.gated for _, status in told),
            faults=sum(status.faults for _, status in told),
        )

    def steps(self) -> list[Step]:
        """The longest step of each kind in any isolate, the longest first."""
        longest: dict[str, Step] = {}
        for member in self._joining.everyone():
            for step in member.attached.steps():
                before = longest.get(step.name, Step(step.name, 0.0, 0))
                count = before.count + step.count
                longest[step.name] = Step(step.name, max(before.ms, step.ms), count)
        return sorted(longest.values(), key=lambda step: -step.ms)

    def detach(self) -> None:
        """Leave every isolate as it was found; none that hangs holds up another."""
        if self._left:
            return
        self._left = True
        self._joining.end()
        everyone = self._joining.everyone()
        mains = [one for one in everyone if one.attached.process.thread == 0]

        def leave(main: Member) -> None:
            theirs = [
                one for one in everyone if one.pid == main.pid and one is not main
            ]
            # Their sessions go through the inspector that the main isolate closes.
            work = partial(_leave, within=THREAD_LEAVE_S)
            ask(theirs, work, THREAD_LEAVE_S + 0.2, in_turn=False)
            if main.threads is not None:
                main.threads.close()
            _leave(main, LEAVE_S)

        ended = [one for one in everyone if one.gone]
        last = [
            threading.Thread(
                target=one.attached.last.wait,
                args=(LEAVE_S if one.attached.answers else MUTE_S,),
                daemon=True,
            )
            for one in ended
        ]
        for thread in last:
            thread.start()
        left = ask(mains, leave, HUNG_S, in_turn=False)
        for thread in last:
            thread.join()
        hung = [one for one in mains if not one.gone and one.number not in left.done]
        while any(one.attached.last.going_on for one in hung):
            time.sleep(LOOK_S)
        for one in [*ended, *hung]:
            # Without its stream the probe leaves by itself.
            threading.Thread(target=one.attached.cut, daemon=True).start()

    def cut_off(self) -> list[int]:
        """Numbers of the isolates whose last counts did not come."""
        everyone = self._joining.everyone()
        return [one.number for one in everyone if not one.attached.last.whole]

    def _catch_up(self, member: Member) -> None:
        """What was asked of all before this one came; called in its turn."""
        if self._interval:
            member.attached.start_profile(self._interval)
        if self._capture:
            member.attached.capture_requests(self._capture)
        with self._lock:
            asked = dict(self._asked)
        predicted = member.attached.stall() if asked else None
        if asked and (predicted is None or predicted.ms <= self._max_stall_ms):
            _walk(member)
            found = member.of(asked)
            self._keep(member.attached.trace(found, max(asked.values())))

    def _keep(self, results: list[Function | Refusal]) -> None:
        """What came when nobody waited any more; the next `trace` returns it."""
        with self._lock:
            self._late += results

    def _ask(
        self,
        members: list[Member],
        work: Callable[[Member], T],
        seconds: float,
        late: Callable[[T], None] = lambda _: None,
    ) -> list[T]:
        """Ask all; only the target's own failure is ours."""
        answers: Answers[T] = ask(members, work, seconds, late)
        first = answers.failures.get(members[0].number)
        if first is not None:
            raise first
        for number in answers.failures:
            self._did(f"isolate {number} went away, or did not understand us")
        return list(answers.done.values())


def _walk(member: Member, seconds: float | None = None) -> None:
    member.found = member.attached.walk(seconds)


def _leave(member: Member, within: float) -> None:
    with contextlib.suppress(TargetGone):
        member.attached.detach(within)


def attach_all(
    target: Target,
    *,
    options: AttachOptions | None = None,
    rewrite: Rewriter,
    on_block: Callable[[int, bytes], None],
    on_audit: Callable[[str], None] | None = None,
    on_process: Callable[[Process], None] = lambda _: None,
) -> Group:
    """Attach to a target and to everything that it has started, and goes on starting.

    `on_block` takes the number of the isolate with each block; `on_process` hears of
    each isolate before anything is asked of it.
    """
    return Group(
        target,
        options=options or AttachOptions(),
        rewrite=rewrite,
        on_block=on_block,
        on_audit=on_audit,
        on_process=on_process,
    )
