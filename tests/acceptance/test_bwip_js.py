"""bwip-js' own example server, found as it is on npm: its barcode work moves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.acceptance.flow import ask, fluxion, record_enough, told, traffic

if TYPE_CHECKING:
    from tests.conftest import SpawnNode

SERVER = (
    Path(__file__).parents[1] / "apps/node_modules/bwip-js/examples/server.js"
).resolve()
LEAST = 20
"""Runs among which are two dear ones, but for one time in 1,900."""
CODES = ("qrcode", "code128", "datamatrix", "pdf417", "azteccode", "ean13")


def paths(n: int) -> list[str]:
    """One round: barcodes, an unknown one, one without text, a light request."""
    code = CODES[n % len(CODES)]
    text = f"{9_780_000_000_000 + n}"[:12] if code == "ean13" else f"Hello%20{n}"
    return [
        f"/?bcid={code}&text={text}&includetext",
        f"/?bcid=qrcode&text={'long' * 30}{n}&scale=5",
        f"/?bcid=nosuchcode&text={n}",
        f"/?bcid=qrcode&n={n}",
        f"/health{n}",
    ]


def enough(report: dict[str, Any]) -> bool:
    """Tell whether barcodes must be among the listener's runs: two of five are some."""
    return any(
        point["function"]["file"] == str(SERVER) and point["activations"] >= LEAST
        for point in report["ruptures"]
    )


@pytest.mark.timeout(300)
def test_the_barcodes_move_and_answer_the_same(
    tmp_path: Path, spawn_node: SpawnNode, free_port: int
) -> None:
    server = spawn_node(SERVER, f"127.0.0.1:{free_port}", port=free_port)
    ask(free_port, "GET", paths(0)[0])

    def one_round(n: int) -> None:
        for path in paths(n):
            ask(free_port, "GET", path)

    with traffic(one_round):
        recorded = record_enough(
            server, tmp_path, 8, enough, "--capture-requests", "40"
        )
    assert recorded["events"] > 0
    assert ask(free_port, "GET", paths(1)[0]) == 200
    server.stop()

    plan = told("plan", "app.db", cwd=tmp_path)
    (listener,) = (f for f in plan["fluxions"] if f["function"]["file"] == str(SERVER))
    assert listener["shape"] == "delegate"
    assert listener["context"], "the library's own state belongs to the fluxion"
    fluxion("compile", "app.db", "-o", "build", cwd=tmp_path)
    verified = told("verify", "build", "--against", "app.db", cwd=tmp_path)
    assert verified["requests"] > 0
    assert verified["identical"] == verified["requests"]
    assert verified["different"] == []
    counted = sum(f["moved"] for f in verified["fluxions"])
    print(f"bwip-js: {verified['identical']}/{verified['requests']} same, {counted}")
    assert counted > 0
