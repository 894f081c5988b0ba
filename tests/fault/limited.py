"""`python -m tests.fault.limited BYTES VERB ...`: fluxion on a disk that soon is full.

No file may grow beyond BYTES: the write that would is cut short, as on a full disk, and
the next one fails. That is the N-th write of a recording for whichever N one asks for.
"""

from __future__ import annotations

import resource
import sys

from fluxion.cli import main

if __name__ == "__main__":
    most = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    sys.exit(main(sys.argv[2:]))
