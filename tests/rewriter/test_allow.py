"""The lists of what moved code may use agree with each other and with Node."""

from __future__ import annotations

import json
import subprocess

from rewriter import allow


def node(code: str) -> object:
    out = subprocess.run(
        ["node", "-p", code], capture_output=True, text=True, check=True
    )
    return json.loads(out.stdout)


def test_nothing_that_speaks_or_is_shared_is_allowed() -> None:
    for name in ("process", "console", "globalThis", "global", "eval", "Function"):
        assert name not in allow.GLOBALS
    for name in ("fs", "http", "net", "child_process", "worker_threads", "crypto"):
        assert name not in allow.BUILTINS
    assert not allow.VOICES & allow.GLOBALS


def test_absent_names_are_absent() -> None:
    names = json.dumps(sorted(allow.ABSENT))
    assert node(f"JSON.stringify({names}.filter(n => n in globalThis))") == []


def test_allowed_natives_exist() -> None:
    names = sorted(
        (allow.LANGUAGE | allow.NODE) - {"__dirname", "__filename", "Iterator"}
    )
    code = f"JSON.stringify({json.dumps(names)}.filter(n => !(n in globalThis)))"
    assert node(code) == []


def test_a_result_is_primitive_only_of_a_reader() -> None:
    assert allow.PRIMITIVE_RESULT <= allow.READERS
    assert not allow.READERS & allow.CHANGERS


def test_readers_leave_their_receiver_alone() -> None:
    names = json.dumps(sorted(allow.READERS - {"exec", "test", "match", "matchAll"}))
    code = (
        f"JSON.stringify({names}.filter(n => [[3, 1, 2], new Map([[1, 2]]), 'abc',"
        "new Uint8Array([3, 1]), new Date(0)].some(o => {"
        "  if (typeof o[n] !== 'function') return false;"
        "  const was = JSON.stringify([...(o[Symbol.iterator] ? o : [+o])]);"
        "  try { o[n](x => x, 1) } catch {}"
        "  return was !== JSON.stringify([...(o[Symbol.iterator] ? o : [+o])]) })))"
    )
    assert node(code) == []
