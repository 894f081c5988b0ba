"""Join what belongs to a target, one isolate after the other, as it starts.

In: a Target. Out: members of a group: the process itself, its Node descendants, and the
worker threads of each. What cannot be joined is left as it is, with a reason.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from agent import installed, leaving, proc, refusals
from agent.arrival import install
from agent.attach import Attached, attach
from agent.family import Family, Kin
from agent.member import Member
from agent.observation import AttachOptions
from agent.reach import HERE
from agent.reach import of as reach_of
from agent.scripts import Numbering, Scripts
from agent.session import Session
from agent.stream import Stream
from agent.target import Target, by_pid, same_process
from agent.threads import ThreadSession
from agent.tracing import Rewriter
from store.errors import FluxionError, TargetGone
from store.facts import FunctionSource, Process, Refusal, Rewrite
from store.isolates import Role

LOOK_S = 1.0
"""How often we look for processes that the target has started."""
TOLD_S = 1.0
"""How long the target is left alone with what it has to tell first."""
GLANCE_S = 0.05
"""How often it is asked meanwhile whether we are leaving."""
THREAD_S = 2.0
"""How long the loop of a worker thread may be busy before it is left alone."""
STOP_S = 2.0
TRIES = 3
AGAIN_S = 2.0
THREAD_ID = "process.getBuiltinModule('worker_threads').threadId"


class Joining:
    """Finds the members of one group and joins them."""

    def __init__(
        self,
        *,
        options: AttachOptions,
        rewrite: Rewriter,
        on_block: Callable[[int, bytes], None],
        on_audit: Callable[[str], None] | None,
        on_process: Callable[[Process], None],
        catch_up: Callable[[Member], None],
    ) -> None:
        """Take who hears of blocks and isolates; `catch_up` readies a new member."""
        self.numbering = Numbering()
        self.members: list[Member] = []
        self.left_out: dict[tuple[int, str], Refusal] = {}
        self._options = options
        self._rewriter = rewrite
        self._on_block = on_block
        self._on_audit = on_audit
        self._on_process = on_process
        self._catch_up = catch_up
        self._lock = threading.Lock()
        self._opening = threading.Lock()
        self._rewriting = threading.Lock()
        self._stop = threading.Event()
        self._numbers = 0
        self._busy: list[threading.Thread] = []
        self._rewritten: dict[FunctionSource, Rewrite | Refusal] = {}
        self._watcher: threading.Thread | None = None
        self._open_before: dict[int, set[int]] = {}

    def begin(self, target: Target) -> None:
        """Join the target itself, or raise; what belongs to it follows by itself."""
        family = None if target.pid is None else Family(target.pid)
        if family is not None:
            self._open_before = family.listening()
        member = self._join(target, "main", 0, at_once=True)
        self._watcher = threading.Thread(
            target=self._watch, args=(target, member, family), daemon=True
        )
        self._watcher.start()

    def everyone(self) -> list[Member]:
        """Every member so far, the target first."""
        with self._lock:
            return list(self.members)

    def busy(self) -> list[threading.Thread]:
        """Who is joining somebody at this moment."""
        with self._lock:
            self._busy = [one for one in self._busy if one.is_alive()]
            return list(self._busy)

    def end(self) -> None:
        """Join nobody any more."""
        self._stop.set()
        ends = time.monotonic() + STOP_S
        for thread in [self._watcher, *self.busy()]:
            if thread is not None and thread.is_alive():
                thread.join(max(0.0, ends - time.monotonic()))

    def _watch(
        self, target: Target, member: Member | None, family: Family | None
    ) -> None:
        """What takes time, after the target itself has told something of its own."""
        if member is None:
            return
        ends = time.monotonic() + TOLD_S
        while not member.attached.told.wait(GLANCE_S) and time.monotonic() < ends:
            if self._stop.is_set():
                return
        self._settle(target, member)
        pause = LOOK_S / 3  # a process is told when it looks the same twice
        while family is not None:
            with contextlib.suppress(OSError):
                self._look(family)
            if self._stop.wait(pause):
                return
            pause = LOOK_S

    def _settle(self, target: Target, member: Member) -> None:
        """Have its inspector make way for the next process; follow its threads."""
        with contextlib.suppress(FluxionError), self._opening:
            member.attached.settle(yields_port=True)
        if self._stop.is_set() or not member.attached.answers:
            return
        with contextlib.suppress(FluxionError):
            member.threads = member.attached.threads(
                lambda session: self._begin_thread(
                    partial(self._join_thread, target, member, session)
                )
            )

    def _look(self, family: Family) -> None:
        for kin in family.look():
            self._begin_thread(partial(self._join_process, kin))

    def _begin_thread(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, daemon=True)
        with self._lock:
            self._busy.append(thread)
        thread.start()

    def _join_process(self, kin: Kin) -> None:
        what = f"process {kin.pid} ({kin.role})"
        same = Target(what, kin.pid, kin.started)
        failure: FluxionError | None = None
        for attempt in range(TRIES):
            if self._stop.wait(AGAIN_S if attempt else 0) or not same_process(same):
                return
            try:
                target = by_pid(kin.pid)
                if target.started == kin.started:
                    self._join(target, kin.role, kin.parent, adopts=self._caused(kin))
            except FluxionError as error:
                failure = error
                continue
            return
        if failure is not None and same_process(same):
            self._leave_out("FX111", kin.pid, what, failure)

    def _caused(self, kin: Kin) -> bool:
        """Tell whether an open inspector of a worker is open because of us.

        A primary that opens its own has each worker of its cluster open one as well.
        """
        return (
            kin.role == "cluster"
            and not kin.inspected
            and not self._open_before.get(kin.pid, set())
            & {one.port for one in proc.listeners(kin.pid)}
        )

    def _join(
        self,
        target: Target,
        role: Role,
        parent: int,
        *,
        adopts: bool = False,
        at_once: bool = False,
    ) -> Member | None:
        """Attach to a process; its inspector makes way for the next one."""
        number = self._number()
        with self._opening:
            if self._stop.is_set():
                return None
            attached = attach(
                target,
                options=self._options,
                rewrite=self._rewrite,
                on_block=partial(self._on_block, number),
                on_audit=self._on_audit,
                scripts=Scripts(self.numbering),
                yields_port=True,
                adopts=adopts,
                at_once=at_once,
            )
        member = Member(number, attached)
        self._admit(member, role, parent, 0)
        if not at_once:
            self._settle(target, member)
        return member

    def _join_thread(
        self, target: Target, owner: Member, session: ThreadSession
    ) -> None:
        number = self._number()
        failure: FluxionError | None = None
        for attempt in range(TRIES):
            if self._stop.wait(AGAIN_S if attempt else 0) or not session.open:
                return
            try:
                thread = int(session.evaluate(THREAD_ID, 2.0))
                attached = attach_thread(
                    session,
                    target,
                    options=self._options,
                    rewrite=self._rewrite,
                    on_block=partial(self._on_block, number),
                    scripts=Scripts(self.numbering),
                )
            except FluxionError as error:
                failure = error
                continue
            self._admit(Member(number, attached), "thread", owner.pid, thread)
            return
        if failure is not None and session.open:
            what = f"worker thread {session.title} of process {owner.pid}"
            self._leave_out("FX112", number, what, failure)

    def _admit(self, member: Member, role: Role, parent: int, thread: int) -> None:
        """Make it one of us; nothing is missed that is asked of all from now on."""
        above = [m.number for m in self.everyone() if m.pid == parent]
        attached = member.attached
        attached.process = replace(
            attached.process,
            number=member.number,
            thread=thread,
            parent=above[0] if above else 0,
            role=role,
        )
        self._on_process(attached.process)
        with member.turn:
            with self._lock:
                late = self._stop.is_set()
                if not late:
                    self.members.append(member)
            if late:
                attached.detach()
                return
            with contextlib.suppress(FluxionError):
                self._catch_up(member)

    def _leave_out(self, code: str, key: int, what: str, why: FluxionError) -> None:
        seen = (why.message, *([why.hint] if why.hint else []))
        refusal = refusals.of_isolate(code, what, why.message, seen)
        with self._lock:
            self.left_out[key, code] = refusal

    def _number(self) -> int:
        with self._lock:
            self._numbers += 1
            return self._numbers

    def _rewrite(self, source: FunctionSource) -> Rewrite | Refusal:
        """Each function once, for however many isolates."""
        key = replace(source, text="")
        with self._rewriting:
            if key not in self._rewritten:
                self._rewritten[key] = self._rewriter(source)
            return self._rewritten[key]


def attach_thread(
    session: Session,
    target: Target,
    *,
    options: AttachOptions,
    rewrite: Rewriter,
    on_block: Callable[[bytes], None],
    scripts: Scripts,
) -> Attached:
    """Install the probe in a worker thread of a target; its loop must turn by then."""
    with contextlib.ExitStack() as stack:
        leaving.remove_old(session, replace=options.replace)
        here = HERE if target.pid is None else reach_of(target.pid)
        stream = Stream(on_block, reach=here)
        stack.callback(stream.close)
        described = install(session, stream, options, close=False)
        probe = installed.Probe(session)
        stack.callback(probe.abandon, "its event loop does not turn")
        if not stream.connected.wait(THREAD_S):
            raise TargetGone("its event loop does not turn")
        attached = Attached(
            target,
            (session, session),
            stream,
            described,
            rewrite,
            options,
            scripts=scripts,
        )
        attached.learn_words()
        stack.pop_all()
        return attached
