"""Wait until the probe's blocks have found their way to us.

In: a probe that was just installed. Out: its own stream, or blocks that are fetched
where it cannot reach us. A target whose event loop does not turn can do neither: then
the function in which it stays is named, which needs no turn.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from agent import installed
from agent.bulk import Bulk
from agent.cdp import DEADLINE_S, Json
from agent.control import Control
from agent.observation import AttachOptions
from agent.pull import Pull
from agent.session import Small
from agent.stream import Stream
from store.errors import NoTarget

CONNECT_S = DEADLINE_S
LOOK_S = 0.25


def connected(
    stream: Stream,
    control: Control,
    on_block: Callable[[bytes], None],
    another: Callable[[], Bulk],
) -> Stream | Pull:
    """Return the way on which the blocks come, once the probe has found it.

    ``another`` opens one more session, for blocks that must be fetched.
    """
    ends = time.monotonic() + CONNECT_S
    probe = installed.Probe(control)
    while not stream.connected.wait(LOOK_S):
        if probe.ask("way") == "pull":
            stream.close()
            return Pull(another(), on_block, control.ledger)
        if time.monotonic() > ends:
            where = stays_in(control)
            raise NoTarget(
                f"the target stays in one turn of its event loop for {CONNECT_S:.0f} s"
                + (f", in {where}" if where else ", in a call that does not return"),
                "nothing can be observed before that turn ends; try again then",
            )
    return stream


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
        const file = site.getFileName();
        if (typeof file !== 'string' || !/^(\\/|file:)/.test(file)) continue;
        const place = `${site.getLineNumber()}:${site.getColumnNumber()}`;
        const path = file.replace(/^file:\\/\\//, '');
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
    session: Small, stream: Stream, options: AttachOptions, *, close: bool
) -> Json:
    """Install the probe with all that it must know; return what it tells."""
    return installed.install(
        session,
        {
            "port": stream.port,
            "token": stream.token,
            "overhead": options.overhead_percent,
            "ttl": options.ttl_s or 0,
            "close": close,
        },
    )
