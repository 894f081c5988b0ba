"""Keep a library's own log out of the user's terminal.

What goes wrong with a connection is told by the exception that its user gets; what the
library logs beside it (a traceback of its receiving thread, in a race of two ends of
one connection) would reach stderr through Python's handler of last resort.
"""

from __future__ import annotations

import logging


def logger() -> logging.Logger:
    """Return a logger whose records go nowhere."""
    made = logging.getLogger("fluxion.quiet")
    made.disabled = True
    return made
