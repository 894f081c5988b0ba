"""Whatever a target calls its things, every view and export of them is inert."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from fluxion import exits
from fluxion.cli import main
from fluxion.formats import NAMES
from store import abi
from store.abi import Event
from store.database import create
from store.facts import CapturedRequest, Frame, Opaque, Origin, Recording
from store.packing import pack
from tests.fluxion.recordings import LATER, SAVE, recording

HOSTILE = {
    "ansi": "\x1b[2J\x1b]0;title\x07\x9b31m\r\n\x00",
    "html": "</script><img src=x onerror=alert(1)>&amp;\"'`",
    "markup": '"]; click A href "javascript:x" %%{init}%% --> \\N{x}|end',
    "long": "x" * 10_000,
    "lone": "\ud800 \udfff",
    "overrides": "\u202egnp.exe\u2066\u2028\u200b\ufeff",
    "nothing": "",
    "proto": "__proto__",
}
CHOSEN = {
    "name", "key", "label", "registrar", "what", "source", "reason", "evidence",
    "remedy", "notes", "parameters", "path", "url", "headers", "method", "entry",
    "argv", "flags", "environment",
}  # fmt: skip
"""Fields whose text comes from a target, one way or another."""
VIEWS = {
    **{verb: (verb,) for verb in ("report", "chains", "effects", "plan")},
    **{f"{verb} json": (verb, "--json") for verb in ("report", "chains", "effects")},
    "plan json": ("plan", "--json"),
    **{f"export {one}": ("export", "-f", one, "-o", "-") for one in NAMES},
}
TEXTS = ("report", "chains", "effects", "plan")
LONGEST = 600
"""Characters of a line that a person may be shown."""


def poisoned(value: Any, text: str) -> Any:
    """Return facts whose every text that a target chooses is this one."""
    if isinstance(value, tuple):
        return tuple(poisoned(one, text) for one in value)
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changed: dict[str, Any] = {}
    for field in fields(value):
        was = getattr(value, field.name)
        if field.name in CHOSEN and isinstance(was, str):
            changed[field.name] = text
        elif field.name in CHOSEN and isinstance(was, tuple):
            changed[field.name] = tuple(
                text if isinstance(one, str) else (text, text) for one in was
            )
        else:
            changed[field.name] = poisoned(was, text)
    return replace(value, **changed)


def everything(root: Path) -> Recording:
    """A recording with at least one row of whatever holds a name."""
    value = recording(root)
    return replace(
        value,
        frames=(
            Frame(1, 0, 0, "(root)", "", 0, 0, None, 0, 900),
            Frame(2, 1, 1, "evil", f"file://{root}/app.js", 4, 5, LATER, 900, 900),
        ),
        opaques=(Opaque(SAVE, 12, "native", 1),),
        origins=(Origin(1, 40, "src/app.ts", 7, 8, "evil"),),
        requests=(CapturedRequest(1, 1, 5, "GET", "/", (("a", "b"),), b"", False),),
    )


@pytest.fixture(params=HOSTILE)
def store(request, tmp_path) -> Path:
    value = poisoned(everything(tmp_path), HOSTILE[request.param])
    path = tmp_path / "app.db"
    with create(path) as opened:
        opened.put_process(value.process)
        opened.put_scripts(value.scripts)
        opened.put_functions(value.functions)
        opened.append_block(pack([int(Event.START), abi.VERSION, 1, 5, 7]), 1)
        opened.append_block(pack([int(Event.NOTE), HOSTILE[request.param]]), 2)
        opened.finish(value.seconds, {})
        opened.write_derived(value)
    return path


@pytest.mark.parametrize("name", VIEWS)
def test_no_view_lets_it_through(name, store, capsysbinary):
    verb, *words = VIEWS[name]
    code = main([verb, str(store), *words])
    out, told = capsysbinary.readouterr()
    assert code == exits.DONE, told
    harmless(told.decode("utf-8"))
    if name == "export pprof":
        return  # compressed; its reader's test looks inside
    text = out.decode("utf-8")  # a lone surrogate cannot
    harmless(text)
    if name in TEXTS:
        assert max(map(len, text.splitlines()), default=0) <= LONGEST
    if name.endswith(" json"):
        assert isinstance(json.loads(text), dict)


def harmless(text: str) -> None:
    """Fail for what a terminal obeys or what turns the order of the text."""
    for character in set(text) - {"\n"}:
        assert unicodedata.category(character) not in {"Cc", "Cf", "Zl", "Zp"}, (
            f"U+{ord(character):04X} got through"
        )
