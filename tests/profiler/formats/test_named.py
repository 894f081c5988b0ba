"""Functions and frames are called what the user calls them, and nothing hostile."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from profiler.formats.named import LONGEST_FILE, LONGEST_NAME, Names, inert
from store.facts import Function, FunctionRef, Origin, Script
from tests.profiler.formats.making import HOSTILE, NAMES, base, frame, is_inert
from tests.profiler.telling import APP, PROCESS


def names(*, fold=False, **more):
    return Names(base(**more), fold=fold)


def called(named):
    return named.title, named.where, named.url


def test_a_function_is_named_from_the_working_folder():
    assert called(names().function(FunctionRef(1, 10))) == (
        "f10",
        "server.js:10:3",
        "file:///app/server.js",
    )


def test_a_source_map_gives_name_and_place():
    wrote = ("wrote", "src/server.ts:4:2", "file:///app/src/server.ts")
    assert called(names().function(FunctionRef(1, 20))) == wrote
    of_profile = frame(1, 0, "f20", function=FunctionRef(1, 20))
    assert called(names().frame(of_profile)) == wrote
    nameless = (Origin(1, 20, "webpack://shop/a.ts", 4, 2, ""),)
    assert called(names(origins=nameless).function(FunctionRef(1, 20))) == (
        "f20",
        "webpack://shop/a.ts:4:2",
        "webpack://shop/a.ts",
    )


@pytest.mark.parametrize(
    ("url", "where", "package"),
    [
        ("node:events", "node:events:3:2", ""),
        ("", "", ""),
        ("file:///srv/a.js", "/srv/a.js:3:2", ""),
        ("file:///app/a%20b.js", "a b.js:3:2", ""),
        ("file:///app/node_modules/@s/p/x.js", "node_modules/@s/p/x.js:3:2", "@s/p"),
        ("file:///x/node_modules/a/node_modules/b/x.js", None, "b"),
    ],
)
def test_a_frame_tells_where_it_is_and_whose(url, where, package):
    named = names().frame(frame(3, 0, "f", url=url))
    assert where is None or named.where == where
    assert named.package == package


def test_folded_a_package_has_one_name_for_each_copy_of_it():
    names_of = names(fold=True)
    here = names_of.frame(frame(1, 0, "a", url="file:///app/node_modules/x/lib/a.js"))
    also = names_of.frame(frame(2, 0, "b", url="file:///app/node_modules/x/b.js"))
    copy = names_of.frame(
        frame(3, 0, "b", url="file:///app/node_modules/y/node_modules/x/b.js")
    )
    assert here == also
    assert called(here) == ("x", "node_modules/x", "file:///app/node_modules/x")
    assert copy.title == "x"
    assert copy != here
    mapped = (Origin(1, 10, "/app/node_modules/z/z.ts", 1, 1, ""),)
    bundled = names(fold=True, origins=mapped).function(FunctionRef(1, 10))
    assert bundled.title == "z", "what a bundle took from a package is the package's"


def test_an_app_that_npm_installed_is_no_package():
    entry = "/usr/lib/node_modules/shop/bin/shop.js"
    process = replace(PROCESS, entry=entry, cwd="/")
    own = Script(1, f"file://{entry}", entry, "", 9, "commonjs")
    names_of = names(fold=True, process=process, scripts=(own,))
    assert names_of.function(FunctionRef(1, 10)).title == "f10"
    inside = "file:///usr/lib/node_modules/shop/node_modules/express/index.js"
    assert names_of.frame(frame(1, 0, "f", url=inside)).title == "express"


def test_what_is_not_known_has_no_place():
    assert called(names().function(FunctionRef(77, 1))) == ("(anonymous)", "", "")


@given(NAMES, NAMES)
def test_everything_is_inert_and_short(name, path):
    recording = base(
        functions=(Function(FunctionRef(1, 5), 6, name, 1, 1),),
        scripts=(replace(APP, path=f"/{path}", url=path),),
    )
    for fold in (True, False):
        names_of = Names(recording, fold=fold)
        one = names_of.function(FunctionRef(1, 5))
        two = names_of.frame(frame(1, 0, name, url=path))
        for named in (one, two):
            assert is_inert(named.title)
            assert is_inert(named.where)
            assert is_inert(named.url)
            assert len(named.title) <= LONGEST_NAME
            assert max(len(named.file), len(named.url)) <= LONGEST_FILE


@pytest.mark.parametrize("text", [*HOSTILE, "\U000e0001" * 500])
def test_a_text_stays_short_when_what_is_hidden_is_shown(text):
    assert len(inert(text, 50)) <= 50
    assert is_inert(inert(text, 50))
