"""The fluxional language: print and parse programs of fluxions.

In: a plan and the texts of its scripts, or the text of a program. Out: text, or
fluxions. Printing and parsing are inverse. The grammar is figure 1 of "Transforming
Javascript event-loop into a scalable pipeline", with ``-> null`` for no stream::

    program := flx | flx eol program
    flx     := "flx" id tags ctx eol streams eol fn
    tags    := "&" list | ""            ctx  := "{" list "}" | ""
    streams := "null" | stream | stream eol streams
    stream  := type dest [msg]          type := ">>" | "->"
    dest    := list    msg := "[" list "]"    list := id | id "," list
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from store.errors import FluxionError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from store.plans import Fluxion, Plan

INDENT = "  "
MAIN = "main"
ID = r"[A-Za-z_$][\w$]*(?:\.[\w$]+)*"
LIST = rf"{ID}(?:\s*,\s*{ID})*"
HEAD = re.compile(
    rf"flx\s+(?P<id>{ID})\s*(?:&\s*(?P<tags>{LIST})\s*)?"
    rf"(?:\{{\s*(?P<context>{LIST})?\s*\}}\s*)?$"
)
STREAM = re.compile(
    rf"(?P<type>>>|->)\s*(?P<to>{LIST})\s*(?:\[\s*(?P<message>{LIST})?\s*\]\s*)?$"
)


class FlxError(FluxionError):
    """The program is not in the grammar; says where, with the line and a caret."""

    def __init__(self, what: str, line: int, column: int, text: str) -> None:
        """Take what is wrong and where: 1-based line and column, the line's text."""
        caret = " " * (column - 1) + "^"
        super().__init__(
            f"{line}:{column}: {what}\n{text}\n{caret}",
            "the grammar stands in the first lines of rewriter/flx.py",
        )
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True)
class Link:
    """An output stream: its type, the fluxions it goes to, what travels."""

    type: Literal[">>", "->"]
    to: tuple[str, ...]
    message: tuple[str, ...] = ()

    def text(self) -> str:
        """Return it as one line without indent."""
        message = f" [{', '.join(self.message)}]" if self.message else ""
        return f"{self.type} {', '.join(self.to)}{message}"


@dataclass(frozen=True, slots=True)
class Flx:
    """One fluxion: id, tags, context, output streams, function."""

    id: str
    tags: tuple[str, ...]
    context: tuple[str, ...]
    streams: tuple[Link, ...]
    function: str
    """Its text; placeholders such as ``-> reply`` stand where callbacks stood."""

    def text(self) -> str:
        """Return it as printed, ending in a line break."""
        tags = f" & {', '.join(self.tags)}" if self.tags else ""
        context = f" {{{', '.join(self.context)}}}" if self.context else ""
        streams = [link.text() for link in self.streams] or ["-> null"]
        body = [INDENT + line if line else "" for line in self.function.split("\n")]
        return "\n".join([f"flx {self.id}{tags}{context}", *streams, *body]) + "\n"


def write(program: Sequence[Flx]) -> str:
    """Return the program's text."""
    return "\n".join(flx.text() for flx in program)


def parse(text: str) -> tuple[Flx, ...]:
    """Return the fluxions of a program; raise ``FlxError`` where it is not one."""
    lines = text.split("\n")
    heads = [n for n, line in enumerate(lines) if re.match(r"flx\b", line)]
    before = next((n for n, line in enumerate(lines) if line.strip()), None)
    if before is not None and (not heads or before < heads[0]):
        raise FlxError("a program starts with flx", before + 1, 1, lines[before])
    ends = [*heads[1:], len(lines)]
    program = tuple(
        _flx(lines, start, end) for start, end in zip(heads, ends, strict=True)
    )
    _linked(program, lines, heads)
    return program


def _flx(lines: Sequence[str], start: int, end: int) -> Flx:
    head = HEAD.match(lines[start])
    if head is None:
        raise _unread(lines[start], start, "flx id & tags {context}")
    at = start + 1
    streams: list[Link] = []
    while at < end and re.match(r"(>>|->|null\b)", lines[at]):
        link = _link(lines[at], at)
        if link is not None:
            streams.append(link)
        at += 1
    if at == start + 1:
        line = lines[at] if at < end else ""
        raise FlxError("a stream is missing: >> id, -> id or -> null", at + 1, 1, line)
    body = list(lines[at:end])
    while body and not body[-1].strip():
        body.pop()
    for n, line in enumerate(body):
        if line and not line.startswith(INDENT):
            raise FlxError("a function is indented by two", at + n + 1, 1, line)
    function = "\n".join(line.removeprefix(INDENT) for line in body)
    return Flx(
        head["id"],
        _list(head["tags"]),
        _list(head["context"]),
        tuple(streams),
        function,
    )


def _link(line: str, at: int) -> Link | None:
    if re.fullmatch(r"(->\s*)?null\s*", line):
        return None
    found = STREAM.match(line)
    if found is None:
        raise _unread(line, at, ">> id [message] or -> id [message]")
    kind: Literal[">>", "->"] = ">>" if found["type"] == ">>" else "->"
    return Link(kind, _list(found["to"]), _list(found["message"]))


def _list(text: str | None) -> tuple[str, ...]:
    return tuple(re.split(r"\s*,\s*", text.strip())) if text else ()


def _unread(line: str, at: int, wanted: str) -> FlxError:
    """Point at the first character after what could still be read."""
    known = re.match(rf"(?:flx\s+|>>\s*|->\s*)?(?:{LIST})?\s*", line)
    column = (known.end() if known else 0) + 1
    return FlxError(f"expected {wanted}", at + 1, min(column, len(line) + 1), line)


def _linked(program: Sequence[Flx], lines: Sequence[str], heads: Sequence[int]) -> None:
    """Every name that a stream goes to is a fluxion, and no name stands twice."""
    names = [flx.id for flx in program]
    for flx, head in zip(program, heads, strict=True):
        if names.count(flx.id) > 1:
            raise FlxError(f"{flx.id} stands twice", head + 1, 5, lines[head])
        for n, link in enumerate(flx.streams, start=head + 1):
            for to in link.to:
                if to not in names:
                    column = lines[n].find(to) + 1
                    raise FlxError(f"there is no {to}", n + 1, column, lines[n])


def program_of(plan: Plan, texts: Mapping[int, str]) -> tuple[Flx, ...]:
    """Return the main fluxion with a placeholder for each cut, then what moved."""
    moved = [_moved(fluxion, texts) for fluxion in plan.fluxions]
    links = tuple(
        Link(">>" if f.kind == "start" and f.shape == "callback" else "->", (f.id,), m)
        for f in plan.fluxions
        for m in [_message(f)]
    )
    hosts = "\n".join(_host(fluxion, texts) for fluxion in plan.fluxions)
    known = {MAIN, *(flx.id for flx in moved)}
    rest = [
        Flx(stream.to, ("network",), (), (), _remainder(fluxion))
        for fluxion in plan.fluxions
        for stream in fluxion.streams
        if stream.to not in known
    ]
    return (Flx(MAIN, ("network",), (), links, hosts), *moved, *rest)


def show(plan: Plan, texts: Mapping[int, str]) -> str:
    """Return the program of a plan as text: what ``app.flx`` holds."""
    return write(program_of(plan, texts))


def _moved(fluxion: Fluxion, texts: Mapping[int, str]) -> Flx:
    text = texts.get(fluxion.cut.host.script, "")
    function = text[fluxion.cut.start : fluxion.cut.end]
    links = tuple(Link(s.type, (s.to,), _names(s.message)) for s in fluxion.streams)
    return Flx(fluxion.id, fluxion.tags, _names(fluxion.context), links, function)


def _host(fluxion: Fluxion, texts: Mapping[int, str]) -> str:
    """Return the text around a cut: the lines it stands on, with the placeholder."""
    text, cut = texts.get(fluxion.cut.host.script, ""), fluxion.cut
    start = text.rfind("\n", 0, cut.start) + 1
    end = text.find("\n", cut.end)
    rest = text[cut.end : len(text) if end < 0 else end]
    where = f"// {fluxion.function.file}:{fluxion.function.line}"
    return f"{where}\n{text[start : cut.start].strip()} -> {fluxion.id}{rest}"


def _remainder(fluxion: Fluxion) -> str:
    """Say what the downstream fluxion is: the rest of the host after the cut."""
    return f"// the rest of {fluxion.function.file}:{fluxion.function.line}"


def _message(fluxion: Fluxion) -> tuple[str, ...]:
    captured = [
        c.name for c in fluxion.cut.captures if c.fate in {"streamed", "handle"}
    ]
    return _names(captured)


def _names(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(word for word in words if re.fullmatch(ID, word))
