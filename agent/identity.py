"""Which names in the sources of an app hold functions that are compared by identity.

In: texts of files. Out: names. A list whose members are searched for
(`handlers.indexOf(fn)`), a table or a property whose value is compared
(`this.current === fn`) must go on holding the app's own functions: a stand-in there
would change an answer of the app. Text is read here, not trees: hundreds of files must
be through in a second, and a name too many costs only an observation.
"""

from __future__ import annotations

import re

NOISE = re.compile(r"//[^\n]*|/\*.*?\*/|'[^'\n]*'|\"[^\"\n]*\"", re.DOTALL)
WHERE = r"(?:\[[^\]\n]{1,40}\]|\([^()\n]{0,40}\))?"
SEARCH = re.compile(
    rf"(?<![\w$])([\w$]+){WHERE}\??\.(?:indexOf|lastIndexOf|includes|filter|find|some"
    r"|findIndex|findLast|findLastIndex|every|delete|has)\(\s*(?!['`\d/-])"
)
EQUAL = re.compile(
    rf"(?<![\w$.])([\w$.]+){WHERE}\s*[!=]==?\s*([\w$.]+){WHERE}(?!['\w$])"
)
HANDED = re.compile(
    r"(?<![\w$])[\w$]*(?:remove|delete|pull|without|contains|includes|indexOf|equal)"
    r"[\w$]*\(\s*(?:[\w$]+\.)*([\w$]+)\s*,",
    re.IGNORECASE,
)
GIVEN = re.compile(r"(?<![\w$.])([\w$]+)\s*(?:=(?![=>])|of\b)\s*([^;\n]{1,120})")
NAME = re.compile(r"[A-Za-z_$][\w$]*")
PLAIN = re.compile(
    r"(?:null|undefined|true|false|NaN|void|typeof|this|[\d.].*|[A-Z][A-Z0-9_$]*)$"
    r"|(?:.*\.)?(?:length|size|type|name|code|constructor|prototype|[A-Z][\w$]*)$"
)


def compared(text: str) -> set[str]:
    """The names in one text: of what is searched, and of what it was taken from."""
    plain = NOISE.sub(lambda found: "''" if found[0][0] in "'\"" else " ", text)
    names = {found[1] for found in SEARCH.finditer(plain)}
    names |= {found[1] for found in HANDED.finditer(plain)}
    for found in EQUAL.finditer(plain):
        sides = (found[1], found[2])
        if not any(PLAIN.match(side) for side in sides):
            names |= {one for side in sides for one in _held(side)}
    for name, value in GIVEN.findall(plain):
        if name in names and "=>" not in value and "require(" not in value:
            names |= set(NAME.findall(value))
    return names


def _held(side: str) -> list[str]:
    """The name whose value a side of a comparison is; in `table.get(x)` the table's."""
    parts = side.split(".")
    return parts[-2:] if parts[-1] in {"get", "at"} else parts[-1:]
