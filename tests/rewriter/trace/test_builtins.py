from __future__ import annotations

import json
import subprocess

from rewriter.trace.builtins import HOISTED_GLOBALS, INTRINSICS, QUIET_GLOBALS


def test_hoisted_names_are_intrinsics_of_node():
    program = "console.log(JSON.stringify(Object.getOwnPropertyNames(globalThis)))"
    done = subprocess.run(
        ["node", "-e", program], capture_output=True, text=True, check=True
    )
    names = set(json.loads(done.stdout))
    newer = {"Iterator", "Float16Array", "SuppressedError"}
    newer |= {"DisposableStack", "AsyncDisposableStack"}
    assert names >= HOISTED_GLOBALS - newer
    assert names >= QUIET_GLOBALS - newer
    assert "eval" in INTRINSICS
    assert "eval" not in HOISTED_GLOBALS
    assert "process" not in QUIET_GLOBALS
