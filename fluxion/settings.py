"""What an app says of itself in `fluxion.toml`.

In: a file, or none. Out: the names that it adds to the static list. Whatever is not
known or not right is an error that says what was meant.

    [[rupture]]
    name = "getRawBody"
    kind = "post"
    callback = "last"
"""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, get_args

from fluxion.inert import inert
from rewriter.callees import Listed, ListedKind
from store.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FILE = Path("fluxion.toml")
MOST_BYTES = 1_000_000
KEYS = ("name", "kind", "callback")
POSITIONS = ("last", "rest", "every")


def own_names(given: Path | None) -> tuple[Listed, ...]:
    """Return the names of a file, by default of the one in the working folder."""
    path = given or FILE
    if given is None and not path.is_file():
        return ()
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            _fail(path, f"it has more than {MOST_BYTES:,} bytes")
        table = tomllib.loads(data.decode("utf-8"))
    except OSError as error:
        _fail(path, f"it cannot be read: {error.strerror or error}")
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        _fail(path, f"it is no TOML: {error}")
    _check_keys(path, "", table, ("rupture",))
    entries = table.get("rupture", [])
    if not isinstance(entries, list):
        _fail(path, "rupture is a list: write [[rupture]] above each name")
    return tuple(_listed(path, n, one) for n, one in enumerate(entries, 1))


def _listed(path: Path, number: int, entry: object) -> Listed:
    where = f"[[rupture]] {number}"
    if not isinstance(entry, dict):
        _fail(path, f"{where}: it has no keys")
    _check_keys(path, f"{where}: ", entry, KEYS)
    name = entry.get("name")
    kind: Any = entry.get("kind")
    callback = entry.get("callback", "last")
    if not isinstance(name, str) or not name.strip(". *"):
        _fail(path, f'{where}: name is the callee, such as "getRawBody" or "db.*"')
    if kind not in get_args(ListedKind):
        _fail(
            path, f'{where}: kind is "start" or "post"{_meant(kind, ("start", "post"))}'
        )
    counts = isinstance(callback, int) and not isinstance(callback, bool)
    if callback not in POSITIONS and not (counts and callback >= 1):
        _fail(
            path,
            f'{where}: callback is "last", "rest", "every", or the number of the '
            f"argument, from 1{_meant(callback, POSITIONS)}",
        )
    return Listed(name.strip(), kind, callback, own=True)


def _check_keys(
    path: Path, where: str, table: Mapping[str, object], known: Iterable[str]
) -> None:
    for key in table:
        if key not in known:
            meant = _meant(key, known)
            _fail(path, f"{where}there is no {inert(key, 60)!r}{meant}")


def _meant(given: object, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(str(given)[:60], list(known), 1)
    return f"; did you mean {close[0]!r}?" if close else ""


def _fail(path: Path, why: str) -> NoReturn:
    raise UsageError(
        f"{path}: {why}",
        'such as: [[rupture]] name = "getRawBody" kind = "post" callback = "last"',
    )
