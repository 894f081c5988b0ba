"""What every recording keeps and tells, whatever its mode."""

from __future__ import annotations

from agent.observation import AgentStatus
from fluxion.observe import Seen, line
from store.facts import Function, FunctionRef, Refusal


def test_a_twin_outweighs_an_earlier_refusal():
    seen, ref = Seen(), FunctionRef(1, 5)
    refusal = Refusal("FX104", ref, None, "not called", (), "wait")
    seen.take([refusal, refusal])
    assert list(seen.refusals.values()) == [refusal]
    seen.take([Function(ref, 9, "f", 1, 1)])
    assert seen.refusals == {}
    assert list(seen.functions) == [ref]


def test_each_file_has_its_own_refusal():
    seen = Seen()
    for path in ("/a.ts", "/b.ts", "/a.ts"):
        seen.take([Refusal("FX108", None, None, "compiled", (path,), "attach")])
    assert [one.evidence for one in seen.refusals.values()] == [("/a.ts",), ("/b.ts",)]


def test_the_progress_line():
    class Sized:
        def audit(self, what: str) -> None:
            raise AssertionError(what)

        def size_bytes(self) -> int:
            return 3_100_000

    status = AgentStatus(8214, 3, 0.61, 80.0, alive=True)
    assert line(12.4, status, Sized()) == (
        "00:12  8,214 events  3 dropped  3.1 MB  0.6 % target CPU"
    )


def test_what_is_only_watched_is_kept_beside_what_is_traced():
    seen, ref, other = Seen(), FunctionRef(1, 5), FunctionRef(1, 50)
    watched = [Function(ref, 9, "f", 1, 1), Function(other, 60, "g", 2, 1)]
    seen.take_watched(watched)
    seen.take([Refusal("FX104", ref, None, "not called", (), "wait")])
    assert [one.code for one in seen.refusals.values()] == ["FX104"], "not traced"
    seen.take([Function(other, 60, "g", 2, 1, ("n",))])
    assert [(one.ref, one.parameters) for one in seen.met()] == [
        (ref, ()),
        (other, ("n",)),
    ]
