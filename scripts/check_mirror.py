"""Check that every source file has a test file in the same place under tests/.

In: the rooms and exceptions that pyproject.toml names. Out: one line per fault, and
exit code 1 if there is any. `ROOM/a/b.py` is tested by `tests/ROOM/a/test_b.py`, and
`ROOM/a/__init__.py` by `tests/ROOM/a/test_init.py` if it holds more than a docstring.
"""

from __future__ import annotations

import ast
import sys
import tomllib
from pathlib import Path


def main(root: Path) -> int:
    """Print what is missing or no longer needed; return the exit code."""
    table = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    mirror = table["tool"]["fluxion"]["mirror"]
    told = faults(root, mirror["rooms"], mirror["exceptions"])
    for line in told:
        print(line)
    return 1 if told else 0


def faults(root: Path, rooms: list[str], exceptions: list[str]) -> list[str]:
    """Compare the sources with the tests, and both with the exceptions."""
    untested = {
        source.relative_to(root).as_posix(): test_of(source.relative_to(root))
        for room in rooms
        for source in sorted((root / room).rglob("*.py"))
        if "node_modules" not in source.parts and has_code(source)
        if not (root / test_of(source.relative_to(root))).exists()
    }
    return [
        f"{source}: has no {test.as_posix()}"
        for source, test in untested.items()
        if source not in exceptions
    ] + [
        f"{source}: the exception in pyproject.toml is no longer needed"
        for source in exceptions
        if source not in untested
    ]


def test_of(source: Path) -> Path:
    """Return where the test of a source file belongs."""
    return Path("tests") / source.parent / f"test_{source.stem.strip('_')}.py"


def has_code(source: Path) -> bool:
    """Tell whether a file holds more than its docstring."""
    tree = ast.parse(source.read_bytes(), str(source))
    return len(tree.body) > (ast.get_docstring(tree) is not None)


if __name__ == "__main__":
    sys.exit(main(Path(__file__).parent.parent))
