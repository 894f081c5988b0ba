"""Files that were left as they are."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

from fluxion.leftalone import left_alone_lines, left_alone_rows, refused_lines
from store.facts import Place, Refusal
from tests.fluxion.recordings import EVIL, SAVE, recording

SOURCES = {
    "app.js": """
for (const name of ['flow.js', 'view.js', 'types.ts', 'other.js', 'fine.js']) {
  try { require('./' + name) } catch {}
}
setTimeout(() => {}, 300)
""",
    "flow.js": "// @flow\nconst a = (x: number) => `${x}`\nmodule.exports = a\n",
    "view.js": "const a = 1\nmodule.exports = () => <p>{a}</p>\n",
    "types.ts": "const n: number = 1\nmodule.exports = n\n",
    "other.js": "// @flow\nconst b = (x: number) => `${x}`\nmodule.exports = b\n",
    "fine.js": "module.exports = () => 1\n",
}


def test_a_row_for_each_file_and_none_for_functions(tmp_path):
    whole = Refusal("FX014", None, Place(1, 5, 2, 3), EVIL, (), "compile it")
    module = Refusal(
        "FX106", None, None, "an ES module", (str(tmp_path / "b.mjs"),), "Node 22"
    )
    function = Refusal("FX070", SAVE, Place(1, 10, 2, 3), "a class", (), "")
    stall = Refusal("FX109", None, None, "too long", ("predicted",), "")
    made = replace(recording(tmp_path), refusals=(whole, module, function, stall))
    rows = left_alone_rows(made)
    assert [(row["path"], row["line"], row["code"]) for row in rows] == [
        ("app.js", 2, "FX014"),
        ("b.mjs", None, "FX106"),
    ]
    lines = list(left_alone_lines(rows, 1))
    assert lines[0].startswith("left alone: app.js:2: FX014: ")
    assert "\x1b" not in "".join(lines)
    assert lines[1:] == [
        "  what helps: compile it",
        "  and 1 more files were left alone (--json has all)",
    ]


def test_functions_that_were_not_observed_are_told_by_reason(tmp_path):
    def refused(code, what, reason="compared"):
        return Refusal(code, SAVE, None, reason, (what,), "start it")

    made = replace(
        recording(tmp_path),
        refusals=(
            refused("FX104", "late at line 3", EVIL),
            refused("FX110", f"list {EVIL}"),
            refused("FX110", "add at line 4"),
            Refusal("FX014", None, Place(1, 5, 2, 3), EVIL, (), "a whole file"),
        ),
    )
    lines = list(refused_lines(made, 1))
    assert lines[0].startswith("not observed: list ")
    assert lines[0].endswith("of app.js and 1 more: FX110: compared")
    assert lines[1:] == [
        "  what helps: start it",
        "  and 1 more reasons (--json has all)",
    ]
    assert "\x1b" not in "".join(refused_lines(made, 9))
    assert len(list(refused_lines(made, 9))) == 4


def fluxion(*args, **more):
    done = subprocess.run(
        [sys.executable, "-m", "fluxion", *args],
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
        **more,
    )
    return done.stdout, done.stderr


def test_sources_that_are_no_javascript_are_listed_with_what_helps(
    tmp_path, node_version
):
    for name, text in SOURCES.items():
        (tmp_path / name).write_text(text)
    command = ("--", str(node_version), "app.js")
    told, said = fluxion("record", "--json", "-o", "app.db", *command, cwd=tmp_path)
    rows = json.loads(told)["left_alone"]
    assert [(row["path"], row["line"], row["code"]) for row in rows] == [
        ("flow.js", 2, "FX014"),
        ("view.js", 2, "FX014"),
        ("types.ts", 1, "FX014"),
        ("other.js", 2, "FX014"),
    ]
    kinds = [row["reason"].split("looks like ")[1].split(")")[0] for row in rows]
    assert kinds == ["Flow", "JSX", "TypeScript", "Flow"]
    assert all("start what comes out" in row["helps"] for row in rows)
    assert said.count("left alone: ") == 4
    shown, _ = fluxion("report", "app.db", cwd=tmp_path)
    assert shown.count("left alone: ") == 4
    again, _ = fluxion("report", "--json", "app.db", cwd=tmp_path)
    assert json.loads(again)["left_alone"] == rows
