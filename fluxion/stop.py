"""Turn Ctrl-C, SIGTERM and SIGHUP into an orderly end.

In: signals. Out: an event that a long verb looks at. The first signal asks to finish
and write; the second aborts with ``KeyboardInterrupt``.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from types import FrameType

HANGUP = getattr(signal, "SIGHUP", signal.SIGTERM)
"""Windows has none, and is refused in words."""
SIGNALS = (signal.SIGINT, signal.SIGTERM, HANGUP)


class Stop:
    """Whether the user asked to finish; entered around the part that may finish."""

    def __init__(self, said: Callable[[str], None]) -> None:
        """Take what tells the user that the signal was understood."""
        self._said = said
        self._asked = threading.Event()
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._before = {s: signal.signal(s, self._on_signal) for s in SIGNALS}
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @property
    def asked(self) -> bool:
        """Tell whether to finish now."""
        return self._asked.is_set()

    def ask(self) -> None:
        """Ask to finish, as a signal would."""
        self._asked.set()

    def wait(self, seconds: float) -> bool:
        """Sleep until then, or until asked; return whether asked."""
        return self._asked.wait(seconds)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if self._asked.is_set():
            raise KeyboardInterrupt
        self._asked.set()
        self._said("finishing and writing; once more to abort")


@contextlib.contextmanager
def signals_interrupt() -> Generator[None]:
    """Make SIGTERM and SIGHUP interrupt like Ctrl-C while a verb runs."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {s: signal.signal(s, interrupt) for s in (signal.SIGTERM, HANGUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
