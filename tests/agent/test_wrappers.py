"""Programs that only start the app."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace

import pytest

from agent import proc
from agent.target import resolve
from agent.wrappers import below, called, listed, wrapper
from store.errors import NoTarget
from tests.processes import NodeProcess

APP = "console.log('up'); setInterval(() => {}, 1000)"


@pytest.fixture
def package(tmp_path):
    (tmp_path / "shop.js").write_text(APP)
    scripts = {"start": "node shop.js", "both": "true && node shop.js"}
    (tmp_path / "package.json").write_text(json.dumps({"scripts": scripts}))
    return tmp_path


@pytest.mark.parametrize(
    "command",
    [
        ("npm", "start"),
        ("npm", "run", "both"),
        ("npx", "--offline", "-c", "node shop.js"),
        ("node", "--watch", "shop.js"),
    ],
    ids=" ".join,
)
def test_which_pid_was_meant(command, package):
    found = shutil.which(command[0])
    assert found
    process = NodeProcess([found, *command[1:]], dict(os.environ), package)
    try:
        process.wait_for_line("up")
        assert wrapper(proc.facts(process.pid))
        apps = below(process.pid)
        assert [one.command[-1] for one in apps] == ["shop.js"]
        assert wrapper(apps[0]) is None
        with pytest.raises(NoTarget, match="only started the app") as failure:
            resolve(str(process.pid))
        assert failure.value.hint == f"fluxion record {apps[0].pid}"
        assert resolve("shop.js").pid == apps[0].pid
        assert process.alive()
    finally:
        process.stop()


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("node", "/usr/lib/node_modules/npm/bin/npm-cli.js", "start"), "npm"),
        (("npm run dev",), "npm run dev"),
        (("node", "/srv/node_modules/.bin/nodemon", "app.js"), "nodemon"),
        (("node", "/srv/node_modules/tsx/dist/cli.mjs", "app.ts"), "tsx"),
        (("PM2 v5.3.0: God Daemon (/home/app/.pm2)",), "PM2"),
        (("node", "--watch-path=src", "app.js"), "node --watch"),
        (("node", "app.js", "--watch"), None),
        (("node", "/srv/cli.mjs"), None),
        (("node",), None),
        (("npm-shop",), None),
        ((), None),
    ],
)
def test_by_the_command_line(words, name):
    facts = replace(proc.facts(os.getpid()), command=words)
    assert wrapper(facts) == name


def test_shown_on_one_line():
    facts = replace(proc.facts(os.getpid()), pid=7, command=("node", "a.js"))
    assert listed([facts, facts]) == "7 (node a.js); 7 (node a.js)"
    assert called(replace(facts, command=())) == "no command line"
    deep = "/srv/" + "a-long-name/" * 20 + "server.js"
    short = called(replace(facts, command=("/usr/bin/node", deep)))
    assert len(short) <= 120
    assert short.startswith("/usr/bin/node /srv/a-long-name/")
    assert short.endswith("/a-long-name/server.js")
