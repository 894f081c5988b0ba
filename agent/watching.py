"""Watch the callbacks of one target, without a debugger, for as long as one likes.

In: the probe's walk, a little at a time; where files may be. Out: stand-ins in the
places where the app keeps its callbacks, the nearest first, and the literal of each.
The walk costs a small share of the target's time and is repeated every so often.
"""

from __future__ import annotations

import fnmatch
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.cdp import Json, as_list, as_object
from agent.found import is_app
from agent.identity import Compared, compared
from agent.installed import Probe
from agent.located import Home, Located, Sighting, read, seen_from, sighting
from agent.positions import Lines
from agent.refusals import of_compared
from agent.scripts import Scripts
from store.facts import Function, FunctionRef, FunctionSource, Refusal, Rewrite

Rewriter = Callable[[FunctionSource], Rewrite | Refusal]
CHUNK_MS = 8.0
"""What one step of the walk aims at; none may stop the target for 20 ms."""
FIRST_CHUNK_MS = 14.0
"""The first step, which is to come as far as the callbacks of the usual servers."""
READY_MS, READY_LOOKS = 4.0, 10
"""Getting ready for that step while the app's code runs: at a time, and how often."""
FIRST_MS = 40.0
"""What the first round takes of the target's time before the agent looks again."""
SMALLEST_MS = 0.5
PACE = ((250.0, 0.5), (1000.0, 0.1), (float("inf"), 0.005))
"""Up to so many milliseconds of a round, the share of the time that the walk takes."""
ROUND_S = 30.0
"""From the end of one round to the beginning of the next."""
WRAP_MS = 8.0
"""What is put in place in one turn aims at."""
SEARCH_S = 0.05
"""How long the agent reads files before it looks at the target again."""
PATHS_AT_ONCE = 2_000
LONGEST_TEXT = 100_000
COMPARED = "compared by identity"
"""As watch.js says it."""


@dataclass(slots=True)
class Round:
    """How far one round of the walk is."""

    number: int = 0
    going: bool = False
    spent_ms: float = 0.0
    next_at: float = 0.0
    ticket: int = 0
    """Of a step that the probe has begun by itself."""
    guessed: bool = False
    """What that step found is watched by a guess, until we say what it is."""


class Watching:
    """The stand-ins of one target."""

    def __init__(
        self,
        probe: Probe,
        scripts: Scripts,
        rewrite: Rewriter,
        measured: Callable[[str, float], None],
        package: Path,
        entry: str,
        globs: Sequence[str] = (),
        root: Path | None = None,
    ) -> None:
        """Take the probe, the texts, who knows literals, and globs of more files.

        `root` is where the target's files are seen, when not where it sees them.
        """
        self._probe = probe
        self._scripts = scripts
        self._rewrite = rewrite
        self._measured = measured
        self._package = package
        self._globs = tuple(globs)
        main = Path(entry) if entry.startswith("/") else None
        self._located = Located(package, main, self._paths, root)
        self._round = Round()
        self._root = root
        self._looked: set[Path] = set()
        self._compared = Compared()
        self._chunk = CHUNK_MS
        self._known = True
        self._told = False
        self._pending: list[Sighting] = []
        self.literals: dict[int, tuple[int, int]] = {}
        """What is watched: the probe's number -> script and start of its literal."""
        self.left: dict[str, int] = {}
        """Places that stay as they are, by reason."""

    def go_on(self, seconds: float) -> list[Function | Refusal]:
        """Walk and watch for at most so long; what became known meanwhile."""
        results: list[Function | Refusal] = []
        ends = time.monotonic() + seconds
        while (now := time.monotonic()) < ends:
            wait = self._round.next_at - now
            if wait > 0 and self._pending:
                results += self._settle_some(min(wait, SEARCH_S))
            elif wait > 0:
                time.sleep(min(wait, ends - now))
            elif not self._round.going:
                self._begin()
            else:
                results += self._step()
        return results

    @property
    def resting(self) -> bool:
        """Whether a round is over and the next has not begun."""
        return not self._round.going and self._round.number > 0

    def again(self, ids: Sequence[int]) -> None:
        """Watch these once more, after something else stood in their places."""
        self._wrap([(one, *self.literals[one]) for one in ids if one in self.literals])

    def compare(self) -> None:
        """Tell the probe which names the sources compare by identity, so far."""
        files = set(self._located.loaded())
        names = Compared()
        for path in files - self._looked:
            names.add(compared(read(seen_from(self._root, path)) or ""))
        self._looked |= files
        fresh = names.without(self._compared)
        if len(fresh) or not self._told:
            self._probe.ask("watch.compare", fresh.told())
            self._told = True
        self._compared.add(names)

    def _begin(self) -> None:
        self.compare()
        number, ticket = self._round.number + 1, 0
        if number == 1:
            ticket = int(self._probe.ask("watch.first") or 0)
        if ticket == 0:
            told = as_object(self._probe.later("watch.round"))
            self._known = bool(told.get("known"))
            self._measured("walk", self._probe.worked_ms)
        self._round = Round(number, going=True, ticket=ticket, guessed=ticket > 0)

    def _walked(self) -> Json:
        """Go on with the walk, or hear of the step that began without us."""
        ticket, self._round.ticket = self._round.ticket, 0
        if ticket:
            told = as_object(self._probe.done(ticket, "watch.first"))
            self._known = bool(told.get("known"))
            return told
        most = FIRST_MS if self._round.number == 1 else self._chunk
        return as_object(self._probe.later("watch.step", self._chunk, most))

    def _step(self) -> list[Function | Refusal]:
        told = self._walked()
        took, longest = self._probe.took_ms, self._probe.worked_ms
        self._measured("walk", longest)
        # A slow machine gets smaller portions: one object more may cost a millisecond.
        self._chunk = min(
            CHUNK_MS, max(SMALLEST_MS, self._chunk * CHUNK_MS / max(longest, 1.0))
        )
        results = self._take([sighting(one) for one in as_list(told.get("fresh"))])
        again = [int(one) for one in as_list(told.get("again"))]
        if again:
            self._probe.later("watch.extend", again, WRAP_MS)
            self._measured("swap", self._probe.worked_ms)
        self._pace(took, bool(told.get("done")))
        if told.get("done"):
            self.left = {str(why): int(n) for why, n in as_list(told.get("left"))}
            if places := self.left.get(COMPARED, 0):
                results.append(of_compared(places))
            while self._pending:
                results += self._settle_some(SEARCH_S)
            self._probe.later("watch.rest")
        return results

    def _settle_some(self, seconds: float) -> list[Function | Refusal]:
        """Look further for functions whose file is not among the app's own."""
        self._located.go_on(seconds)
        done = [p for p in self._pending if not self._located.sought(p.script)]
        if not done:
            return []
        self._pending = [p for p in self._pending if self._located.sought(p.script)]
        return self._take(done)

    def _pace(self, took: float, done: bool) -> None:
        """Say when the next step may be."""
        one = self._round
        one.spent_ms += took
        one.going = not done
        first = one.number == 1
        share = next(share for most, share in PACE if one.spent_ms < most or not first)
        if not first:
            share = PACE[-1][1]
        one.next_at = time.monotonic() + (
            ROUND_S if done else took / 1000 * (1 / share - 1)
        )

    def _take(self, fresh: list[Sighting]) -> list[Function | Refusal]:
        """Place functions in their files; watch those of the app."""
        if not fresh:
            return []
        self._located.find(fresh)
        results: list[Function | Refusal] = []
        wanted: list[tuple[int, int, int]] = []
        waiting = len(self._pending)
        for one in fresh:
            if one.is_class or self._located.doubtful(one.script):
                continue
            home = self._located.home(one.script)
            if home is None and self._located.sought(one.script):
                self._pending.append(one)
                continue
            if not self._is_wanted(home):
                continue
            literal = self._in_file(one, home) if home else self._alone(one)
            if isinstance(literal, Refusal):
                results.append(literal)
                continue
            results.append(literal)
            self.literals[one.id] = (literal.ref.script, literal.ref.start)
            wanted.append((one.id, literal.ref.script, literal.ref.start))
        if self._round.guessed:
            wanted = self._claim(wanted, fresh, self._pending[waiting:])
        self._wrap(wanted)
        return results

    def _claim(
        self,
        wanted: list[tuple[int, int, int]],
        fresh: list[Sighting],
        open_: list[Sighting],
    ) -> list[tuple[int, int, int]]:
        """Say what it is that the probe watches by a guess; what is left to wrap."""
        claimed = {int(one) for one in as_list(self._probe.ask("watch.claim", wanted))}
        kept = {one[0] for one in wanted} | {one.id for one in open_}
        others = [one.id for one in fresh if one.id not in kept]
        if others:
            self._probe.later("watch.drop", others, WRAP_MS)
            self._measured("swap", self._probe.worked_ms)
        return [one for one in wanted if one[0] not in claimed]

    def _wrap(self, wanted: list[tuple[int, int, int]]) -> None:
        if wanted:
            self._probe.later("watch.wrap", [list(one) for one in wanted], WRAP_MS)
            self._measured("swap", self._probe.worked_ms)

    def _is_wanted(self, home: Home | None) -> bool:
        if home is None:
            return self._known  # of the app, made by its code; or perhaps Node's
        if is_app(home.path, self._package):
            return True
        return any(fnmatch.fnmatch(str(home.path), glob) for glob in self._globs)

    def _in_file(self, one: Sighting, home: Home) -> Function | Refusal:
        number = self._scripts.place(one.script, home.path, home.text, home.kind)
        at = self._scripts.offset(number, one.spot.line, one.spot.column, home.text)
        url = self._scripts.parsed(number).url
        source = FunctionSource(
            number, url, home.text, at, "watch", home.kind == "module"
        )
        answer = self._rewrite(source)
        if isinstance(answer, Rewrite) and answer.functions:
            return answer.functions[0]
        # A file that our parser does not read still has its functions counted.
        ref = FunctionRef(number, at)
        return Function(
            ref, at + one.spot.size, one.name, one.spot.line + 1, one.spot.column + 1
        )

    def _alone(self, one: Sighting) -> Function:
        """A function of no file: its own text is all that there is."""
        text = str(self._probe.ask("watch.text", one.id))[:LONGEST_TEXT]
        number = self._scripts.alone(
            f"{one.script}:{one.spot.line}:{one.spot.column}", text
        )
        return Function(FunctionRef(number, 0), Lines(text).length, one.name, 1, 1)

    def _paths(self, after: int) -> list[str]:
        found: list[str] = []
        while True:
            part = as_list(
                self._probe.ask("watch.paths", after + len(found), PATHS_AT_ONCE)
            )
            found += [str(one) for one in part]
            if len(part) < PATHS_AT_ONCE:
                return found
