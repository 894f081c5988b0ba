from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.rewriter.emit.handmade import Spec, build
from tests.rewriter.runtime.apps import run

TRAPS = Path(__file__).parents[2] / "traps"
SOUND = {
    "02_caught_by_caller": Spec(
        "hot", "heavy", "heavy", arguments=("value",), catch_in=("layer",)
    ),
    "06_lazy_value": Spec("hot", "heavy", "heavy", holds=("req", "res")),
    "07_values_that_change_class": Spec(
        "hot", "heavy", "heavy", arguments=("value",), keep=("ValidationError", "P")
    ),
    "09_stack_in_body": Spec(
        "handler", "heavy", "heavy", arguments=("value",), catch_in=("route",)
    ),
    "10_disconnect_and_order": Spec(
        "hot", "heavy", "heavy", arguments=("primitive",), holds=("req", "res")
    ),
    "12_join_between_frames": Spec("frame", "heavy", "heavy"),
}


def patient(text: str) -> str:
    """Trap 10 looks after 1.5 s; a loaded machine needs longer, an idle one less."""
    looks = re.compile(r"setTimeout\(\(\) => \{ (console\.log\(log.*?) \}, 1500\)")
    waits = (
        "setTimeout(function look (n = 0) {"
        " if (log.length < 2 && n < 90) setTimeout(look, 100, n + 1);"
        r" else setTimeout(() => { \1 }, 200) }, 100)"
    )
    return looks.sub(waits, text)


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("name", SOUND)
def test_a_trap_that_can_move_prints_the_same(node_version, tmp_path, name, workers):
    app = tmp_path / "app.js"
    app.write_text(patient((TRAPS / f"{name}.js").read_text()))
    expected = app.read_text().rstrip().split("expected output: ")[1]
    loader = build(app, SOUND[name])
    env = {"FLUXION_WORKERS": str(workers)}
    ran = run(node_version, app, "-r", str(loader), env=env)
    assert ran.stdout.strip() == expected.replace(" / ", "\n"), ran.stderr
    assert sum(ran.moved) > 0
