"""What is traced: the app's own functions and the way to the CPU, never the leaves."""

from __future__ import annotations

from functools import partial

from agent.found import Found
from fluxion.hot import Hot, Share, read_hot
from fluxion.tracing import INTERVAL_US, choose, interval_us
from tests.agent.live import ANY_PORT, Load, attached
from tests.processes import eventually


def found(number: int, *, app: bool) -> Found:
    return Found(
        *(number, number, 0, 1, 2, f"f{number}", 1, "handle", ("element",), "x"),
        app=app,
        is_class=False,
    )


def shares(**each: float) -> dict[tuple[int, int, int], Share]:
    """Shares of a thousand samples."""
    return {
        (int(name[1:]), 1, 2): Share(part, round(1000 * part))
        for name, part in each.items()
    }


def test_the_apps_own_functions_come_first_and_leaves_are_left_alone():
    everything = [found(1, app=True), found(2, app=True), found(3, app=True)]
    hot = Hot(own=shares(f2=0.5, f3=0.04), total=shares(f2=0.5, f3=0.9))
    wanted = choose(everything, hot, {}, ())
    assert [one.id for one in wanted.way] == [3]
    assert [one.id for one in wanted.others] == [1], "2 burns the CPU"


def test_of_packages_only_what_the_app_calls_on_the_way_to_the_cpu():
    parser, following, handler, way, leaf = (
        found(n, app=n in {1, 3}) for n in (1, 2, 3, 4, 5)
    )
    stack = tuple((n, 1, 2) for n in (5, 4, 3, 2, 1))
    hot = Hot(
        own=shares(f5=0.9),
        total=shares(f1=1.0, f2=1.0, f3=1.0, f4=0.95, f5=0.9),
        stacks=((stack, Share(1.0, 1000)),),
    )
    wanted = choose([parser, following, handler, way, leaf], hot, {}, ())
    assert wanted.way == [parser, handler, way], "2 is the framework's next()"
    assert wanted.others == []


def test_a_glob_makes_packages_the_apps_own():
    wanted = choose([found(1, app=False)], Hot({}, {}), {1: "/n/lib/a.js"}, ["*/lib/*"])
    assert [one.id for one in (*wanted.way, *wanted.others)] == [1]


def test_a_small_budget_samples_the_cpu_less_often():
    assert interval_us(20) == interval_us(50) == 2000
    assert interval_us(10) == 4000
    assert interval_us(2) == 20_000


IDLING = """
'use strict';
const http = require('http');
const seen = { ticks: 0, saves: 0, sums: 0, rare: 0 };
const rows = Array.from({ length: 1000 }, (_, i) => ({ n: i, name: 'row ' + i }));
function sum(from) {
  let s = 0;
  for (const row of rows) s += row.n ^ from;
  return s;
}
function words(n) {
  return rows.slice(0, n).map(function word(row) { return row.name; }).join(' ');
}
function encode(value) { seen.sums += 1; return JSON.stringify(value); }
setInterval(function tick() { seen.ticks += 1; words(200); }, 30);
setInterval(function save() { seen.saves += 1; encode(rows.slice(0, 300)); }, 110);
setInterval(function rare() { seen.rare += 1; sum(seen.rare); }, 400);
const server = http.createServer(function handler(req, res) {
  setImmediate(function later() { res.end(encode([sum(7), words(50).length])); });
});
server.listen(0, '127.0.0.1', () => console.log('port ' + server.address().port));
"""
OWN = {"sum", "words", "encode", "tick", "save", "rare", "handler"}


def answered(load: Load, count: int) -> bool:
    return len(load.answers) > count


def test_of_an_app_that_idles_every_recording_traces_the_same(spawn_node, tmp_path):
    (tmp_path / "app.js").write_text(IDLING, "utf-8")
    process = spawn_node(tmp_path / "app.js", flags=ANY_PORT, line=r"^port")
    port = int(process.wait_for_line(r"port (\d+)")[1])
    chosen: list[set[str]] = []
    told: list[str] = []
    with Load(port, "/") as load:
        for _ in range(5):
            with attached(process.pid) as (observed, _):
                observed.start_profile(INTERVAL_US)
                found = observed.walk()
                until = len(load.answers) + 60
                eventually(partial(answered, load, until), "requests")
                hot = read_hot(observed.stop_profile())
                wanted = choose(found, hot, {}, ())
                chosen.append({one.name for one in (*wanted.way, *wanted.others)})
                busy = sum(share.samples for _, share in hot.stacks)
                most = max((one.samples for one in hot.own.values()), default=0)
                told.append(
                    f"{busy} busy samples, at most {most} of a function of the app; "
                    f"{len(chosen[-1])} functions chosen"
                )
    print("\n".join(told))
    assert not load.failures
    assert chosen[0] >= OWN
    assert chosen == [chosen[0]] * 5
