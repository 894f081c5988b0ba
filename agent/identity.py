"""Which places of an app hold functions that are compared by identity, by their names.

In: texts of files. Out: names. A list whose members are searched for
(`handlers.indexOf(fn)`), a table or a property whose value is compared
(`this.current === fn`) must go on holding the app's own functions: a stand-in there
would change an answer of the app. Text is read here, not trees: hundreds of files must
be through in a second, and a name too many costs only an observation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

NOISE = re.compile(r"//[^\n]*|/\*.*?\*/|'[^'\n]*'|\"[^\"\n]*\"", re.DOTALL)
WHERE = r"(?:\[[^\]\n]{1,40}\]|\([^()\n]{0,40}\))?"
SEARCH = re.compile(
    rf"(?<![\w$])([\w$.]+)({WHERE})\??\."
    r"(?:indexOf|lastIndexOf|includes|delete|has|(filter|find|some|every|findIndex"
    r"|findLast|findLastIndex))\(\s*(?!['`\d/-])"
)
SIDE = rf"([\w$.]+)({WHERE})"
EQUAL = re.compile(rf"(?<![\w$.]){SIDE}\s*[!=]==?\s*{SIDE}(?!['\w$])")
HANDED = re.compile(
    r"(?<![\w$])[\w$]*(?:remove|delete|pull|without|contains|includes|indexOf|equal)"
    r"[\w$]*\(\s*(?:[\w$]+\.)*([\w$]+)\s*,",
    re.IGNORECASE,
)
GIVEN = re.compile(r"(?<![\w$.])([\w$]+)\s*(=(?![=>])|of\b)\s*([^;\n]{1,120})")
PREDICATE = re.compile(
    r"(?:async\s+)?(?:function\b[^(\n]{0,40})?\(?\s*(?:([\w$]+)|\{[\w$\s,]*\})"
    r"[^()\n]{0,40}\)?\s*(?:=>|\{)"
)
MOST_BODY = 400
PATH = re.compile(r"(?:[A-Za-z_$][\w$]*)(?:\??\.[A-Za-z_$#][\w$]*)*")
END = re.compile(r"\s*(\[|\()?")
NAME = re.compile(r"[A-Za-z_$][\w$]*")
EITHER = re.compile(r"\|\||\?\?|(?<!\?)\?(?![.?])|[:,]")
NO_VALUE = re.compile(
    r"[^|?:,]*(?:&&|(?<!\?)\?(?![.?]))|[\w$.]+\s*[!=<>]==?\s*[\w$.']+"
)
"""What stands before `&&` or `?`, and a comparison: no function comes out of those."""
KEYS = re.compile(r"(?:Object\.keys|getOwnPropertyNames)\([^()]*\)|\.keys\(\)")
TABLE = re.compile(r"Object\.(?:values|entries)\(\s*(?:[\w$]+\.)*([\w$]+)")
CALL = re.compile(r"([\w$.]*)\(([^()]*)\)")
COPIES = re.compile(
    r"^$|slice|copy|concat|flat|arr|list|from|uniq|filter|sort|map|values|entries|get|"
    r"find|all|add|handler|hook|back|compact|reverse|union|merge|assign|set$|new$",
    re.IGNORECASE,
)
"""Functions that make a list of the members of another, by their names."""
PICKS = re.compile(
    r"first|last|head|tail|nth|find|get|pick|peek|top|look|take|pop|shift|item|elem",
    re.IGNORECASE,
)
"""Functions that hand out something that they are given in a list, by their names."""
TAKES = frozenset(
    {"get", "at", "pop", "shift", "find", "findLast", "slice", "concat", "filter"}
    | {"reverse", "values", "splice", "next", "call", "apply"}
)
"""Methods whose result is something that their receiver holds, or a copy of it."""
NEVER = frozenset(
    {"this", "new", "await", "void", "typeof", "null", "undefined", "true", "false"}
    | {"function", "class", "return", "yield", "delete", "in", "instanceof"}
    | {"prototype", "constructor", "length", "Object", "Array", "Map", "Set"}
    | {"WeakMap", "WeakSet", "Symbol", "String", "Number", "Boolean", "Math", "JSON"}
    | {"Error", "Promise", "Reflect"}
)
"""What is written in values and is no name of a place."""
PLAIN = re.compile(
    r"(?:null|undefined|true|false|NaN|void|typeof|this|[\d.].*|[A-Z][A-Z0-9_$]*)$"
    r"|(?:.*\.)?(?:length|size|type|name|code|constructor|prototype|[A-Z][\w$]*)$"
)
PASSES = 3
"""A value is followed through so many variables."""


@dataclass(slots=True)
class Compared:
    """Names by what stands under them."""

    values: set[str] = field(default_factory=set[str])
    """Properties and variables whose own value is compared: `this.current === fn`."""
    holders: set[str] = field(default_factory=set[str])
    """What is looked into for a value that is compared: `table.get(key) === fn`."""
    lists: set[str] = field(default_factory=set[str])
    """What is searched, itself or a list in it: `handlers[event].indexOf(fn)`."""

    def add(self, other: Compared) -> None:
        """Take the names of another text as well."""
        self.values |= other.values
        self.holders |= other.holders
        self.lists |= other.lists

    def without(self, other: Compared) -> Compared:
        """What is here and not there."""
        return Compared(
            self.values - other.values,
            self.holders - other.holders,
            self.lists - other.lists,
        )

    def told(self) -> dict[str, list[str]]:
        """As the probe takes it: see keeping.js."""
        return {
            "values": sorted(self.values),
            "holders": sorted(self.holders),
            "lists": sorted(self.lists),
        }

    def __len__(self) -> int:
        return len(self.values) + len(self.holders) + len(self.lists)


def compared(text: str) -> Compared:
    """The names in one text: of what is compared, and of what that was taken from."""
    plain = NOISE.sub(lambda found: "''" if found[0][0] in "'\"" else " ", text)
    names = Compared()
    for found in EQUAL.finditer(plain):
        sides = ((found[1], found[2]), (found[3], found[4]))
        if not any(PLAIN.match(path) for path, _ in sides):
            for path, where in sides:
                _held(path, where, names)
    for found in SEARCH.finditer(plain):
        if found[3] is None or _looks(plain, found.end()):
            names.holders.update(TABLE.findall(found[1] + found[2]))
            names.lists.update(_searched(found[1]))
    names.lists |= {found[1] for found in HANDED.finditer(plain)}
    given = [found.groups() for found in GIVEN.finditer(plain)]
    for _ in range(PASSES):
        before = len(names)
        for name, how, value in given:
            _follow(name, value, names, each=how == "of")
        if len(names) == before:
            break
    return Compared(names.values - NEVER, names.holders - NEVER, names.lists - NEVER)


def _held(path: str, where: str, names: Compared) -> None:
    """What one side of a comparison says of the place that the value is in."""
    parts = [part for part in path.split(".") if part]
    if not parts:
        return
    if where.startswith("["):
        names.holders.add(parts[-1])
    elif where.startswith("(") and parts[-1] in TAKES:
        names.holders.update(parts[-2:-1])
    else:
        names.values.add(parts[-1])


def _searched(path: str) -> Iterator[str]:
    """The names of a list that is searched; in `table.get(x)` it is in the table."""
    parts = [part for part in path.split(".") if part]
    yield from parts[-1:]
    if parts[-1:] and parts[-1] in TAKES:
        yield from parts[-2:-1]


def _looks(plain: str, at: int) -> bool:
    """Whether a predicate may compare the members themselves, not what they hold.

    It does not where each is only asked for a property: `(one) => one.path === path`;
    a property that holds the function is named by that comparison itself.
    """
    head = PREDICATE.match(plain, at)
    if head is None:
        return True
    if head[1] is None:
        return False
    body = plain[head.end() : _end(plain, head.end())]
    return any(
        not re.match(r"\s*\??\.\s*[\w$#]", body[use.end() :])
        for use in re.finditer(rf"(?<![\w$.]){re.escape(head[1])}(?![\w$])", body)
    )


def _end(plain: str, at: int) -> int:
    """Where the parentheses end that are open here; not far from here at all."""
    depth = 0
    for found in re.compile(r"[()]").finditer(plain, at, at + MOST_BODY):
        depth += 1 if found[0] == "(" else -1
        if depth < 0:
            return found.start()
    return at + MOST_BODY


def _follow(name: str, value: str, names: Compared, *, each: bool) -> None:
    """Where a compared variable has its value from, as far as that names a place."""
    if "=>" in value or "require(" in value:
        return
    if name in names.lists:
        names.holders.update(TABLE.findall(value))
        names.lists.update(NAME.findall(_copied(KEYS.sub("", value))))
    if name in names.holders:
        names.holders.update(last for last, _ in _sources(value))
    if name not in names.values:
        return
    for last, inside in _sources(value):
        (names.holders if inside or each else names.values).add(last)


def _copied(value: str) -> str:
    """An expression without what is handed to functions that make something else."""
    for _ in range(PASSES):
        value, count = CALL.subn(
            lambda found: (
                f" {found[1]} {found[2]} "
                if COPIES.search(found[1].split(".")[-1])
                else " "
            ),
            value,
        )
        if not count:
            break
    return value


def _sources(value: str) -> Iterator[tuple[str, bool]]:
    """The places that an expression may have its value from; and whether from inside.

    A function that is called makes a value of its own, or picks one out of what it is
    given: `last(this.hooks)`.
    """
    for part in EITHER.split(NO_VALUE.sub("", value)):
        found = PATH.search(part)
        if found is None:
            continue
        while found is not None and found[0] in NEVER and found[0] != "this":
            found = PATH.search(part, found.end())
        if found is None:
            continue
        parts = re.split(r"\??\.", found[0])
        after = END.match(part, found.end())
        follows = after[1] if after else None
        if follows == "[":
            yield parts[-1], True
        elif follows != "(":
            yield parts[-1], False
        elif parts[-1] in TAKES:
            yield from ((one, True) for one in parts[-2:-1])
        elif PICKS.search(parts[-1]):
            given = PATH.fullmatch(part[found.end() :].strip(" ()"))
            if given is not None:
                yield re.split(r"\??\.", given[0])[-1], True
