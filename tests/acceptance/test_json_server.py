"""json-server keeps a database in memory that reads and writes share: it stays."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import TYPE_CHECKING

from tests.acceptance.flow import ask, fluxion, record, told, traffic

if TYPE_CHECKING:
    from tests.conftest import SpawnNode

BIN = (
    Path(__file__).parents[1] / "apps/node_modules/json-server/lib/cli/bin.js"
).resolve()
WORDS = ("lorem", "ipsum", "dolor", "sit", "amet", "elit", "sed", "do")


def database(posts: int) -> dict[str, object]:
    """Return the same made-up database each time."""
    dice = random.Random(7)
    return {
        "posts": [
            {
                "id": i,
                "title": " ".join(dice.choices(WORDS, k=6)),
                "body": " ".join(dice.choices(WORDS, k=40)),
                "views": dice.randrange(10_000),
            }
            for i in range(posts)
        ]
    }


def test_the_shared_database_is_named_and_nothing_breaks(
    tmp_path: Path, spawn_node: SpawnNode, free_port: int
) -> None:
    (tmp_path / "db.json").write_text(json.dumps(database(2000)))
    server = spawn_node(
        *(BIN, "--quiet", "--host", "127.0.0.1", "--port", str(free_port), "db.json"),
        cwd=tmp_path,
        port=free_port,
    )

    def one_round(n: int) -> None:
        ask(free_port, "GET", f"/posts?q=dolor&_sort=views&_limit=5&_page={n % 9}")
        post = {"title": f"new {n}", "body": "dolor", "views": 1}
        ask(free_port, "POST", "/posts", json.dumps(post).encode())
        ask(free_port, "GET", f"/posts?title=new%20{n}")

    with traffic(one_round):
        record(server, tmp_path, 8, "--capture-requests", "30")
    server.stop()
    (tmp_path / "db.json").write_text(json.dumps(database(2000)))

    plan = told("plan", "app.db", cwd=tmp_path)
    about_db = [s for s in plan["stays"] if any("db" in e for e in s["evidence"])]
    assert about_db, plan
    assert any("plural.js" in s["function"]["file"] for s in about_db)
    fluxion("compile", "app.db", "-o", "build", cwd=tmp_path)
    verified = told("verify", "build", "--against", "app.db", cwd=tmp_path)
    assert verified["requests"] > 0
    assert verified["identical"] == verified["requests"]
    assert verified["different"] == []
    print(f"json-server: {verified['identical']} same, {len(plan['fluxions'])} moved")
