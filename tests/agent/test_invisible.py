"""What the probe puts in the place of a function cannot be told from it.

Functions of every kind, in every kind of place, looked at and called as an app can:
plain, then with heralds, with what watches, with twins that observe, and with twins
whose gate is closed.
"""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from rewriter.syntax.client import Syntax
from store.facts import FunctionSource, Rewrite
from tests.agent.live import rewriter
from tests.agent.programs import Program, programs
from tests.conftest import SOAK

HARNESS = Path(__file__).parent / "invisible.js"
TELLING = Path(__file__).parent / "telling.js"
PAGE = Path(__file__).parents[2] / "docs" / "safety.md"


class Realm:
    """A Node process that builds programs and looks at them."""

    def __init__(self, node: Path, syntax: Syntax) -> None:
        self._rewrite = rewriter(syntax)
        self._popen = subprocess.Popen(
            [str(node), str(HARNESS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def ask(self, command: str, **given: Any) -> Any:
        stdin, stdout = self._popen.stdin, self._popen.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps({"command": command, **given}) + "\n")
        stdin.flush()
        answer = json.loads(stdout.readline())
        assert "error" not in answer, answer["error"]
        return answer["value"]

    def build(self, program: Program) -> None:
        places = [{"place": s.place, "event": s.event} for s in program.subjects]
        self.ask("build", text=program.text(), subjects=places)

    def look(self) -> Any:
        return [self.ask("look"), self.ask("look")]

    def stand(self, command: str) -> int:
        ids = [one["id"] for one in self._found() if not one["isClass"]]
        return int(self.ask(command, ids=ids)["held"])

    def twins(self, text: str, *, closed: bool) -> int:
        made = []
        for one in self._found():
            if one["isClass"]:
                continue
            lines = text.split("\n")[: one["line"]]
            start = sum(len(line) + 1 for line in lines) + one["column"]
            source = FunctionSource(1, "file:///app/program.js", text, start, "twin")
            answer = self._rewrite(source)
            if isinstance(answer, Rewrite):
                hoisted = list(answer.hoisted)
                made.append({"id": one["id"], "text": answer.text, "hoisted": hoisted})
        told = self.ask("twins", twins=made, closed=closed)
        assert told["made"] == len(made)
        return int(told["held"])

    def _found(self) -> list[dict[str, Any]]:
        return [one for one in self.ask("find") if one is not None]

    def close(self) -> None:
        assert self._popen.stdin is not None
        assert self._popen.stdout is not None
        self._popen.stdin.close()
        self._popen.wait(20)
        self._popen.stdout.close()


@pytest.mark.parametrize("how", ["heralds", "watches", "twins", "closed twins"])
def test_nobody_can_tell(node_version, how, syntax):
    realm = Realm(node_version, syntax)
    stood = 0

    @settings(
        max_examples=1000 if SOAK else 40, suppress_health_check=list(HealthCheck)
    )
    @given(programs)
    def same(program: Program) -> None:
        nonlocal stood
        realm.build(program)
        plain = realm.look()
        realm.ask("leave")
        realm.build(program)
        if how in {"heralds", "watches"}:
            stood += realm.stand(how)
        else:
            stood += realm.twins(program.text(), closed=how == "closed twins")
        seen = realm.look()
        back = realm.ask("leave")
        for one, before, after in zip(
            program.subjects * 2,
            plain[0]["told"] + plain[1]["told"],
            seen[0]["told"] + seen[1]["told"],
            strict=True,
        ):
            assert differences(after, before) == [], one
        assert seen == plain
        assert [
            s for s, same in zip(program.subjects, back, strict=True) if not same
        ] == []

    try:
        same()
    finally:
        realm.close()
    assert stood > 20


def differences(one: Any, other: Any) -> list[Any]:
    """What differs, without what does not."""
    if type(one) is type(other) is dict and one.keys() == other.keys():
        return [(k, differences(one[k], other[k])) for k in one if one[k] != other[k]]
    if type(one) is type(other) is list and len(one) == len(other):
        both = enumerate(zip(one, other, strict=True))
        return [(i, differences(a, b)) for i, (a, b) in both if a != b]
    return [] if one == other else [one, other]


def test_what_an_app_could_tell_is_on_the_page(node_version):
    told = json.loads(subprocess.check_output([str(node_version), str(TELLING)]))
    page = PAGE.read_text("utf-8").partition("## What an app could tell")[2]
    page = page.partition("\n## ")[0]
    assert [one for one in told if f"`{one}`" not in page] == []
    # Whatever else a function is asked for, its stand-in says the same.
    assert told.keys() == set(re.findall(r"^\| `([^`]+)`", page, re.MULTILINE))
    kinds = {"async", "asyncArrow", "asyncGenerator"}
    assert set(told["types.isAsyncFunction"]) == kinds
    assert set(told["types.isGeneratorFunction"]) == {"generator", "asyncGenerator"}
    assert told["types.isProxy"] == ["withOwn"]
