"""Run the command line as ``python -m fluxion``."""

import sys

from fluxion.cli import main

if __name__ == "__main__":
    sys.exit(main())
