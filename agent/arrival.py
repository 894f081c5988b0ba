"""Wait until the probe's blocks have found their way to us.

In: a probe that was just installed. Out: its own stream, or blocks that are fetched
where it cannot reach us. Until its socket is through, which takes several turns of the
target's event loop, what the probe has seen is fetched over the inspector, which takes
none. Where no callback of the target ends, the function in which it stays is named.
"""

from __future__ import annotations

import base64
import queue
import threading
import time
from collections.abc import Callable
from typing import Any

from agent import installed
from agent.bulk import Bulk
from agent.cdp import DEADLINE_S, Json, as_object
from agent.control import Control
from agent.observation import AttachOptions
from agent.pull import Pull
from agent.reach import Reach
from agent.session import Small
from agent.stream import Stream
from agent.watching import READY_LOOKS, READY_MS
from store.errors import NoTarget

CONNECT_S = DEADLINE_S
LOOK_S = 0.25
SOON_S = 0.02
HURRY_S = 3.0
"""How long we look often."""


class Arriving:
    """The way of the blocks, which may not be known yet."""

    def __init__(self, on_block: Callable[[bytes], None], *, reach: Reach) -> None:
        """Listen on a loopback of the target's, for one probe."""
        self._on_block = on_block
        self._failure: Exception | None = None
        self._fetched = 0
        self.told: queue.SimpleQueue[str] = queue.SimpleQueue()
        """Texts of the probe."""
        self.settled = threading.Event()
        """The way is known, or there is none."""
        self.turned = threading.Event()
        """... or at least that callbacks of the target end."""
        self.stream = Stream(self._later, self.told.put, reach=reach)
        self.way: Stream | Pull = self.stream
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def begin(self, control: Control, another: Callable[[], Bulk]) -> None:
        """Look for the way; ``another`` opens a session for blocks that are fetched."""
        self._thread = threading.Thread(
            target=self._look, args=(control, another), daemon=True
        )
        self._thread.start()

    @property
    def failure(self) -> Exception | None:
        """What its keeper, or the way itself, raised first."""
        return self._failure or self.way.failure

    @property
    def ended(self) -> threading.Event:
        """Set once nothing comes any more."""
        return self.way.ended

    @property
    def blocks(self) -> int:
        """How many blocks came."""
        return self._fetched + self.way.blocks

    def wait(self, *, settled: bool) -> None:
        """Wait for the way, or only for the end of a callback; raise what there is."""
        (self.settled if settled else self.turned).wait()
        if self._failure is not None:
            raise self._failure

    def close(self) -> None:
        """Take no more; what was fetched is given before this returns."""
        self._stop.set()
        self.settled.set()
        if self._thread is not None:
            self._thread.join(3)
        self.way.close()
        if self.way is not self.stream:
            self.stream.close()

    def _later(self, block: bytes) -> None:
        """A block of the socket comes after all that was fetched before."""
        self.settled.wait()
        self._on_block(block)

    def _look(self, control: Control, another: Callable[[], Bulk]) -> None:
        try:
            self._find(control, another)
        except Exception as error:  # noqa: BLE001 # whoever waits raises it
            self._failure = error
        finally:
            self.turned.set()
            self.settled.set()

    def _find(self, control: Control, another: Callable[[], Bulk]) -> None:
        began = time.monotonic()
        probe = installed.Probe(control)
        pause = SOON_S
        while not self.stream.connected.wait(pause) and not self._stop.is_set():
            way = self._fetch(probe)
            if way == "pull":
                self.stream.close()
                self.way = Pull(another(), self._on_block, control.ledger)
                control.ledger.did("the probe cannot reach us: its blocks are fetched")
                return
            if way == "turned":
                self.turned.set()
            passed = time.monotonic() - began
            if passed > CONNECT_S and not self.turned.is_set():
                raise _stays(control)
            pause = SOON_S if passed < HURRY_S else LOOK_S

    def _fetch(self, probe: installed.Probe) -> str:
        """Fetch what waits for the socket; how the blocks go, as far as it is known."""
        told = as_object(probe.ask("early"))
        data = base64.b64decode(str(told.get("data") or ""), validate=True)
        if data:
            self._fetched += 1
            self._on_block(data)
        return str(told.get("way") or "")


def _stays(control: Control) -> NoTarget:
    where = stays_in(control)
    return NoTarget(
        f"the target stays in one turn of its event loop for {CONNECT_S:.0f} s"
        + (f", in {where}" if where else ", in a call that does not return"),
        "nothing can be observed before that turn ends; try again then",
    )


def stays_in(control: Control) -> str:
    """Return the function of the app that is running now, empty when none is.

    Our expression runs on top of what it interrupts, so its own stack tells. No code of
    the app formats it: the app's `prepareStackTrace` is put aside for that one moment.
    """
    return str(control.evaluate(RUNNING) or "")


RUNNING = """(() => {
  const key = 'prepareStackTrace';
  const before = Object.getOwnPropertyDescriptor(Error, key);
  if (before ? before.configurable !== true : !Object.isExtensible(Error)) return '';
  const holder = {};
  try {
    Object.defineProperty(Error, key, { configurable: true, value: (_, sites) => {
      for (const site of sites) {
        const file = site.getFileName() || '';
        const url = file.startsWith('file:');
        if (!url && file[0] !== '/') continue;
        const place = `${site.getLineNumber()}:${site.getColumnNumber()}`;
        const path = url ? file.slice('file://'.length) : file;
        return `${site.getFunctionName() || '(anonymous)'} (${path}:${place})`;
      }
      return '';
    } });
    Error.captureStackTrace(holder);
    return holder.stack;
  } finally {
    if (before) Object.defineProperty(Error, key, before);
    else delete Error[key];
  }
})()"""


def install(
    session: Small,
    stream: Stream,
    options: AttachOptions,
    *,
    close: bool,
    walk: tuple[float, float] | None = None,
) -> Json:
    """Install the probe with all that it must know; return what it tells.

    With ``walk``, the milliseconds of a step and of several, it begins to walk at once.
    """
    config: dict[str, Any] = {
        "port": stream.port,
        "token": stream.token,
        "overhead": options.overhead_percent,
        "ttl": options.ttl_s or 0,
        "close": close,
    }
    if walk is None:
        return installed.install(session, config)
    described = installed.install(session, {**config, "walk": walk})
    probe = installed.Probe(session)
    for _ in range(READY_LOOKS):
        if probe.ask("watch.ready", READY_MS):
            break
    return described
