"""Which loaded script a specifier means."""

from __future__ import annotations

import pytest

from rewriter.locate import Paths

FILES = {
    "/app/a.js": "",
    "/app/lib/b.js": "",
    "/app/lib/index.js": "",
    "/app/data.json": "",
    "/app/node_modules/one/only.js": "",
    "/app/node_modules/two/index.js": "require('./lib/two')",
    "/app/node_modules/two/lib/two.js": "",
    "/app/node_modules/@s/p/dist/p.cjs": "require('./q.cjs')",
    "/app/node_modules/@s/p/dist/q.cjs": "",
    "/app/node_modules/two/node_modules/one/other.js": "",
    "/app/node_modules/odd/x.js": "",
    "/app/node_modules/odd/y.js": "",
    "/app/node_modules/self/examples/run.js": "require('..')",
    "/app/node_modules/self/dist/self-node.js": "",
}
NUMBERS = {path: n for n, path in enumerate(FILES, 1)}
PATHS = Paths(NUMBERS, {NUMBERS[path]: text for path, text in FILES.items()})


@pytest.mark.parametrize(
    ("specifier", "importer", "found"),
    [
        ("./a", "/app/b.js", "/app/a.js"),
        ("./lib/b.js", "/app/a.js", "/app/lib/b.js"),
        ("./lib", "/app/a.js", "/app/lib/index.js"),
        ("./data", "/app/a.js", "/app/data.json"),
        ("..", "/app/lib/sub/c.js", "/app/lib/index.js"),
        ("one", "/app/a.js", "/app/node_modules/one/only.js"),
        ("two", "/app/lib/b.js", "/app/node_modules/two/index.js"),
        ("two/lib/two", "/app/a.js", "/app/node_modules/two/lib/two.js"),
        ("@s/p", "/app/a.js", "/app/node_modules/@s/p/dist/p.cjs"),
        (
            "one",
            "/app/node_modules/two/index.js",
            "/app/node_modules/two/node_modules/one/other.js",
        ),
        (
            "..",
            "/app/node_modules/self/examples/run.js",
            "/app/node_modules/self/dist/self-node.js",
        ),
    ],
)
def test_a_specifier_means_a_loaded_script(specifier, importer, found) -> None:
    assert PATHS.find(specifier, importer) == NUMBERS[found]


@pytest.mark.parametrize("specifier", ["fs", "node:fs", "fs/promises"])
def test_built_ins_are_told_by_name(specifier) -> None:
    assert PATHS.find(specifier, "/app/a.js") == specifier.removeprefix("node:")


def test_what_was_never_loaded_is_unknown() -> None:
    assert PATHS.find("./nothing", "/app/a.js") is None
    assert PATHS.find("nothing", "/app/a.js") is None


def test_a_package_with_two_possible_main_files_is_unknown() -> None:
    assert PATHS.find("odd", "/app/a.js") is None
