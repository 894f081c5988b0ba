"""The names of callees that take asynchronous callbacks: the paper's list, as data.

In: nothing. Out: ``LISTED``; an app adds its own in `fluxion.toml`. The paper knows
rupture points by such names alone. What Node has added since then (promises' methods,
``queueMicrotask``) stands at the end of each part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rewriter.allow import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ListedKind = Literal["start", "post"]
Position = Literal["last", "rest", "every"] | int
"""Which arguments are callbacks; ``rest``: all but the first; a number: from 1."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One name of the list.

    ``setTimeout`` is a global; ``fs.readFile`` an export of a module, or a property of
    a variable of that name; ``fs.*`` all of them; ``.on`` a property of anything.
    """

    name: str
    kind: ListedKind
    callback: Position = "last"
    own: bool = False
    """The app's own: a plain name may be any variable, not only a global."""


def _of(kind: ListedKind, callback: Position, names: Iterable[str]) -> Iterator[Listed]:
    return (Listed(name, kind, callback) for name in names)


ROUTES = words("get post put patch delete head options all param")
APPS = words("app router server express Router")

GLOBALS = (
    *_of("post", 1, words("setTimeout setImmediate queueMicrotask")),
    *_of("start", 1, ["setInterval"]),
    *_of("post", 1, words("process.nextTick timers.setTimeout timers.setImmediate")),
    *_of("start", 1, ["timers.setInterval"]),
)
SERVERS = (
    *_of("start", "every", (f"{app}.use" for app in APPS)),
    *_of("start", "rest", (f"{app}.{route}" for app in APPS for route in ROUTES)),
    *_of("start", "last", words("http.createServer https.createServer")),
    *_of("start", "last", words("http2.createServer http2.createSecureServer")),
    *_of("start", "last", words("net.createServer tls.createServer")),
    *_of("post", "last", words("http.get http.request https.get https.request")),
    *_of("post", "last", words("net.connect net.createConnection tls.connect")),
    *_of("post", "last", [".listen"]),
)
EVENTS = (
    *_of("start", 2, words(".on .addListener .prependListener .addEventListener")),
    *_of("post", 2, words(".once .prependOnceListener")),
    *_of("post", "every", words(".then .catch .finally")),
)
MODULES = (
    *_of("start", "last", words("fs.watch fs.watchFile")),
    *_of("post", "last", words("fs.* dns.* zlib.*")),
    *_of("post", "last", words("child_process.exec child_process.execFile")),
    *_of("post", "last", words("crypto.pbkdf2 crypto.scrypt crypto.randomBytes")),
    *_of("post", "last", words("crypto.randomFill crypto.generateKeyPair crypto.hkdf")),
)
LISTED = (*GLOBALS, *SERVERS, *EVENTS, *MODULES)


class Names:
    """The list, ready to be asked."""

    def __init__(self, own: Iterable[Listed] = ()) -> None:
        """Take what the app adds; its entry outweighs ours of the same name."""
        self._by_name = {one.name: one for one in (*LISTED, *own)}

    def find(self, module: str, written: str, *, bound: bool) -> Listed | None:
        """Return the entry of a callee.

        ``module`` is what it is an export of, such as ``fs.readFile``, else empty;
        ``written`` how it is called here, a dot before it where the receiver has no
        name; ``bound``: it is a plain name that some scope of the file declares.
        """
        for name in (module, written):
            found = self._by_name.get(name)
            if found is not None and not (name == written and bound and not found.own):
                return found
        for name in (module, written):
            owner, _, member = name.rpartition(".")
            whole = self._by_name.get(f"{owner}.*")
            if owner and whole is not None and _may_wait(member):
                return whole
        return (
            self._by_name.get(f".{written.rpartition('.')[2]}")
            if "." in written
            else None
        )


def _may_wait(member: str) -> bool:
    """Tell whether an export of ``fs.*`` is one that calls back."""
    return not member.endswith("Sync") and not member.startswith("create")
