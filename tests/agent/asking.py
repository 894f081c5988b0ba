"""An agent that never stops asking, so that answers are always on their way to it.

In: the inspector's url. Out: a line once each session has had its first
answers.
"""

from __future__ import annotations

import sys
import threading

from agent.bulk import Bulk
from agent.session import by_value

SESSIONS = 8
COMMANDS = [("Runtime.evaluate", by_value("1 + 1"))] * 20


def main(url: str) -> None:
    begun = threading.Barrier(SESSIONS + 1)
    for _ in range(SESSIONS):
        threading.Thread(target=ask, args=(url, begun)).start()
    begun.wait()
    print("asking", flush=True)


def ask(url: str, begun: threading.Barrier) -> None:
    bulk = Bulk(url)
    bulk.calls(COMMANDS)
    begun.wait()
    while True:
        bulk.calls(COMMANDS)


if __name__ == "__main__":
    main(sys.argv[1])
