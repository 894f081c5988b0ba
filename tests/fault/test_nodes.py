"""F24: every Node and option: attached to, or refused with reason and remedy."""

from __future__ import annotations

import pytest

from store.errors import NoTarget
from tests.agent.live import attached, named
from tests.conftest import NODE_VERSIONS, SOAK, node_binary
from tests.fault.worlds import APP, figure
from tests.processes import eventually

ANY = "--inspect-port=0"
SIGNAL = "process.on('SIGUSR1', () => {});\n"
REFUSED = "refused: "
CASES: dict[str, tuple[tuple[str, ...], str]] = {
    "plain": ((ANY,), ""),
    "inspect": (("--inspect=127.0.0.1:0",), ""),
    "frozen intrinsics": ((ANY, "--frozen-intrinsics"), ""),
    "disallow code generation": ((ANY, "--disallow-code-generation-from-strings"), ""),
    "ESM": ((ANY, "--experimental-default-type=module"), ""),
    "a handler of SIGUSR1": ((ANY,), SIGNAL),
    "disable-sigusr1": ((ANY, "--disable-sigusr1"), ""),
    "permission": ((ANY, "--permission", "--allow-fs-read=*"), ""),
}
WORKS = {"plain", "inspect", "frozen intrinsics", "disallow code generation"}


@pytest.mark.soak
@pytest.mark.parametrize("case", CASES)
def test_it_works_or_says_why_not(case, start, tmp_path, spawn_node, seed):
    turn = (seed + list(CASES).index(case)) % len(NODE_VERSIONS)
    for version in NODE_VERSIONS if SOAK else NODE_VERSIONS[turn : turn + 1]:
        judge(case, version, start, tmp_path, spawn_node)


def judge(case, version, start, tmp_path, spawn_node):
    """One Node and one way of starting it."""
    flags, before = CASES[case]
    node_version = node_binary(version)
    file = tmp_path / "app.js"
    file.write_text(before + APP.read_text("utf-8"), "utf-8")
    if case == "ESM":
        flags, file = flags[:1], tmp_path / "app.mjs"
        file.write_text(
            "import http from 'node:http';\n"
            "const entry = (req, res) => res.end('x');\n"
            "const server = http.createServer(entry);\n"
            "server.listen(0, '127.0.0.1',"
            " () => console.log(`port ${server.address().port}`));\n"
        )
    if not all(knows(node_version, flag, spawn_node) for flag in flags):
        figure(f"F24 Node {version}, {case}: this Node has no such option")
        return
    if case == "permission" and knows(node_version, "--allow-net", spawn_node):
        flags = (*flags, "--allow-net")
    app = start(file, flags=flags, node=node_version)
    outcome = attempt(app.pid)
    figure(f"F24 Node {version}, {case}: {outcome}")
    assert app.process.alive()
    if case in WORKS or case == "ESM":
        assert outcome == "works"
    else:
        assert outcome == "works" or outcome.startswith(REFUSED), outcome
        assert outcome == "works" or "; " in outcome, "it says no remedy"


def attempt(pid: int) -> str:
    """Attach and find the app's handler, or the words of the refusal."""
    try:
        with attached(pid) as (observed, _):
            assert named(observed.walk(), "entry")
    except NoTarget as error:
        return f"{REFUSED}{error.message}; {error.hint}"
    return "works"


def knows(node, flag: str, spawn_node) -> bool:
    """Ask this Node whether it has an option; what it does not know ends it with 9."""
    asked = spawn_node("-e", "0", node=node, flags=(flag,))
    eventually(lambda: not asked.alive(), "it ends")
    return asked.wait() != 9
