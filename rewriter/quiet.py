"""What a host may do with the request's own objects before the heavy call.

In: a method's name, or a property that is written. Out: whether it stays between the
host and these objects. What is sent, printed or emitted before the call is heard by
others, who then act before the remainder ran; in the original they act after it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rewriter.allow import words
from rewriter.modules import LITERALS, plain, static_name

if TYPE_CHECKING:
    from rewriter.program import Program
    from rewriter.syntax.tree import Node

CORE = words(
    "addListener address appendHeader cork getHeader getHeaderNames getHeaders "
    "getRawHeaderNames hasHeader listenerCount off on once pause prependListener "
    "prependOnceListener ref removeHeader removeListener setEncoding setHeader "
    "setHeaders setKeepAlive setNoDelay setTimeout unref writeHead"
)
"""Methods of Node's requests, responses and sockets that send and call nothing."""
FRAMEWORKS = words(
    "accepts acceptsCharsets acceptsEncodings acceptsLanguages append attachment "
    "clearCookie contentType cookie get header is links location range set status "
    "type vary"
)
"""The same of what web frameworks add to them."""
QUIET = CORE | FRAMEWORKS
CONVERTERS = words("toString valueOf toJSON then")
"""Properties by which the language itself calls a function."""
ASSIGNED = re.compile(r"\.\s*(\w+)\s*=[^=>]")


def quiet(program: Program, name: str | None) -> bool:
    """Tell whether a method of a held object sends, prints and emits nothing."""
    return name in QUIET and name not in _replaced(program)


def converts(node: Node) -> bool:
    """Tell whether a property holds code that runs where nobody calls it."""
    if node.type == "Property":
        value = plain(node.the("value"))
        name = static_name(node)
        return name in CONVERTERS or (name is None and value.type in LITERALS)
    return node.type == "MemberExpression" and static_name(node) in CONVERTERS


def _replaced(program: Program) -> frozenset[str]:
    """Return the quiet names that the program gives a meaning of its own.

    Frameworks define theirs, and emitters of packages are not the request's.
    """
    root = program.__dict__
    found = root.get("_replaced_methods")
    if not isinstance(found, frozenset):
        names: set[str] = set()
        for module in program.modules.values():
            foreign = "/node_modules/" in module.path
            sends = {"setHeader", "writeHead"} if foreign else QUIET
            written = {m[1] for m in ASSIGNED.finditer(module.text or "")}
            if module.parsed is None:
                names |= written & sends
                continue
            if not written & sends:
                continue
            for node in module.tree.of_type("AssignmentExpression"):
                left = plain(node.the("left"))
                if left.type == "MemberExpression":
                    names |= {static_name(left) or ""} & sends
        found = root["_replaced_methods"] = frozenset(names)
    return found
