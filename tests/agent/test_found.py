"""What is the app's own, and what comes first."""

from __future__ import annotations

from pathlib import Path

from agent.found import Found, is_app, order, package_of, told


def found(id_: int, **more) -> Found:
    values = {
        "script": 1,
        "offset": 0,
        "line": 0,
        "column": 0,
        "name": "f",
        "distance": 1,
        "root": "handle",
        "slots": ("property",),
        "path": "",
        "app": True,
        "is_class": False,
    }
    return Found(id_, **{**values, **more})


def test_handlers_of_the_app_come_first():
    library = found(1, app=False, slots=("element",))
    exported = found(2, root="module")
    handler = found(3, slots=("element", "captured"), distance=9)
    near, far = found(4, distance=2), found(5, distance=5)
    ordered = order([library, exported, far, near, handler])
    assert [one.id for one in ordered] == [3, 4, 5, 2, 1]


def test_the_package_of_the_main_script_is_the_app(tmp_path: Path):
    package = tmp_path / "node_modules/tool"
    (package / "lib").mkdir(parents=True)
    (package / "package.json").write_text("{}")
    assert package_of(str(package / "lib/bin.js"), "/") == package
    assert is_app(package / "lib/server.js", package)
    assert not is_app(package / "node_modules/dep/index.js", package)
    assert not is_app(tmp_path / "node_modules/other/index.js", package)
    assert not is_app(None, package)


def test_without_a_package_the_folder_counts(tmp_path: Path):
    assert package_of(str(tmp_path / "app.js"), "/") == tmp_path
    assert is_app(tmp_path / "lib/a.js", tmp_path)


def test_what_the_probe_tells_is_bounded():
    value = {
        "id": 1,
        "script": "7",
        "line": 1,
        "column": 2,
        "name": "x" * 9999,
        "depth": 3,
        "root": "<script>",
        "slots": ["element"],
        "path": "p" * 9999,
        "isClass": False,
    }
    decoded = told(value)
    assert len(decoded[4]) == 200
    assert decoded[6] == "global"
    assert len(decoded[8]) == 300
