"""What is traced: the app's own functions and the way to the CPU, never the leaves."""

from __future__ import annotations

from agent.found import Found
from fluxion.hot import Hot
from fluxion.tracing import choose, interval_us


def found(number: int, *, app: bool) -> Found:
    return Found(
        *(number, number, 0, 1, 2, f"f{number}", 1, "handle", ("element",), "x"),
        app=app,
        is_class=False,
    )


def shares(**each: float) -> dict[tuple[int, int, int], float]:
    return {(int(name[1:]), 1, 2): share for name, share in each.items()}


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
        stacks=((stack, 1.0),),
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
