"""Programs that would see that they were compiled."""

from __future__ import annotations

import pytest

SERVER = "const s = require('http').createServer()\ns.on('request', hot)\n"
HEAVY = "function heavy (n) { return n }\n"


def decided(world, text: str, mark: str = "function hot") -> str:
    made = world(text)
    made.callback("/app/a.js", mark, handed="s.on('request'")
    made.spine(("/app/a.js", mark), ("/app/a.js", "function heavy"))
    plan = made.plan()
    return plan.fluxions[0].shape if plan.fluxions else plan.stays[0].refusal.code


def host(body: str, heavy: str = HEAVY) -> str:
    return f"{heavy}function hot (req, res) {{ const v = heavy(5); {body} }}\n{SERVER}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (host("res.end(String(v))"), "call"),
        (host("res.end(hot.toString() + v)"), "FX043"),
        (host("res.end(`${hot}`)"), "FX043"),
        (host("res.end(String(req.complete))"), "FX041"),
        (host("res.end(String(req.destroyed))"), "call"),
        (host("clearTimeout(res.timer); res.end(v)"), "FX052"),
        (host("stop(); res.end(v)") + "function stop () { clearInterval(s) }", "FX052"),
        (host("res.end(RegExp.$1 + v)"), "FX017"),
        (host("res.end(v)") + "Error.prepareStackTrace = (e, s) => s", "FX017"),
        (
            host("res.end(String(v))")
            + "exports.where = () => { const p = Error.prepareStackTrace\n"
            "Error.prepareStackTrace = (e, s) => s; const { stack } = new Error()\n"
            "Error.prepareStackTrace = p; return stack }",
            "call",
        ),
        (
            host("res.end(v)", "function heavy (n) { return new Error(n).stack }\n"),
            "FX031",
        ),
        (
            host(
                "res.end(v)",
                "function heavy (n) { try { n() } catch (x) { return x.stack } }\n",
            ),
            "FX031",
        ),
        (host("res.end(v)", "function heavy (n) { return { n }.stack }\n"), "call"),
    ],
)
def test_what_shows_it_is_refused(world, text: str, expected: str) -> None:
    assert decided(world, text) == expected


def test_immediates_run_in_their_order(world) -> None:
    made = world(
        HEAVY + "setImmediate(function hot () { const v = heavy(5); console.log(v) })"
    )
    made.callback("/app/a.js", "function hot", registrar="setImmediate")
    made.spine(("/app/a.js", "function hot"), ("/app/a.js", "function heavy"))
    assert made.stay().refusal.code == "FX052"


TIMED = "setTimeout(function hot () { const v = heavy(5); console.log(v) }, 1)"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TIMED, "call"),
        (TIMED + "\nsetTimeout(() => console.log('then'), 40)", "FX052"),
        (TIMED.replace("setTimeout", "setInterval"), "FX052"),
    ],
)
def test_timers_fire_in_the_order_of_their_times(
    world, text: str, expected: str
) -> None:
    made = world(HEAVY + text)
    name, handed = text.split("(", maxsplit=1)[0], text.split(" hot", maxsplit=1)[0]
    made.callback("/app/a.js", "function hot", handed=handed, registrar=name)
    made.spine(("/app/a.js", "function hot"), ("/app/a.js", "function heavy"))
    plan = made.plan()
    found = plan.fluxions[0].shape if plan.fluxions else plan.stays[0].refusal.code
    assert found == expected
