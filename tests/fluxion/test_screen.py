"""The screen of `top`: what it draws, compared with pictures; what each key does."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot
from textual.widgets import DataTable, Input, Static

from fluxion.screen import MOST_ROWS, Page, Top
from fluxion.stop import Stop
from tests.conftest import ROOT
from tests.fluxion.pictures import HOSTILE, LINES, Given, line, picture

GOLDEN = ROOT / "tests/golden/top"
SIZE = (100, 20)
Steps = Callable[[Top, Pilot[None], Given], Awaitable[None]]


@pytest.fixture(autouse=True)
def _colours(monkeypatch):
    """The pictures have them, whatever the terminal of who runs the tests has."""
    monkeypatch.delenv("NO_COLOR", raising=False)


def drawn(steps: Steps, given: Given | None = None, stop: Stop | None = None) -> str:
    """Run the screen without a terminal, do something, and return its picture."""
    source = given or Given(picture())

    async def run() -> str:
        app = Top(source, stop or Stop(lambda _: None))
        async with app.run_test(size=SIZE) as pilot:
            await pilot.pause()
            await steps(app, pilot, source)
            await pilot.pause()
            return app.export_screenshot(title="fluxion top", simplify=True)

    return asyncio.run(run())


def compare(name: str, found: str) -> None:
    """Compare with what was kept; UPDATE_GOLDEN=1 keeps the new one."""
    kept = GOLDEN / f"{name}.svg"
    found = re.sub(r"terminal-\d+", "terminal-0", found)
    found = "\n".join(text.rstrip() for text in found.splitlines()) + "\n"
    if os.environ.get("UPDATE_GOLDEN") == "1":
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(found, "utf-8")
    assert found == kept.read_text("utf-8"), f"{name} is drawn in another way"


def keys(*pressed: str) -> Steps:
    async def steps(app: Top, pilot: Pilot[None], given: Given) -> None:
        await pilot.press(*pressed)
        await pilot.pause()

    return steps


def rows(app: Top) -> list[str]:
    table = app.screen_stack[0].query_one(DataTable)
    return [
        table.get_row_at(at)[5].plain.split("  ")[0] for at in range(table.row_count)
    ]


def typed(app: Top) -> str:
    return app.query_one(Input).value


def said(app: Top) -> str:
    return str(app.screen_stack[0].query_one("#said", Static).content)


@pytest.mark.parametrize(
    ("name", "pressed"),
    [
        ("rows", ()),
        ("sorted", ("s", "s")),
        ("filtered", ("slash", *"save", "enter")),
        ("filtering", ("slash", *"[red]")),
        ("paused", ("space",)),
        ("details", ("down", "enter")),
        ("help", ("question_mark",)),
    ],
)
def test_what_is_drawn(name, pressed):
    compare(name, drawn(keys(*pressed)))


def test_hostile_names_are_drawn_as_they_are():
    given = Given(picture(*(line(name, at) for at, name in enumerate(HOSTILE))))
    found = drawn(keys(), given)
    compare("hostile", found)
    assert "\x1b" not in found
    assert "<img" not in found
    plain = found.replace("&#160;", " ")
    assert "[red]boom[/red]" in plain, "markup is text"
    assert "[@click=app.quit]x[/]" in plain


def test_details_of_a_hostile_name():
    given = Given(picture(line("[red]x[/red] [@click=app.quit]y[/]")))
    compare("hostile-details", drawn(keys("enter"), given))


def test_the_last_picture_stays_when_the_target_ends():
    async def steps(app: Top, pilot: Pilot[None], given: Given) -> None:
        given.end("the target has ended; this is the last that was seen")
        app._look()
        await pilot.pause()
        assert app.is_running
        assert len(rows(app)) == len(LINES)
        await pilot.press("s")
        assert rows(app)[0] == "saveBody", "it can still be read and sorted"
        await pilot.press("s", "s", "s")

    compare("ended", drawn(steps))


def test_detaching_keeps_the_picture():
    async def steps(app: Top, pilot: Pilot[None], given: Given) -> None:
        await pilot.press("d")
        await app.workers.wait_for_complete()
        app._look()
        await pilot.pause()
        assert given.left == 1
        assert app.is_running
        assert "detached" in said(app)
        assert len(rows(app)) == len(LINES)

    drawn(steps)


def test_new_pictures_are_drawn_and_a_pause_holds_the_old_one():
    async def steps(app: Top, pilot: Pilot[None], given: Given) -> None:
        given.now = picture(line("fresh"), reports=4)
        app._look()
        assert rows(app) == ["fresh"]
        await pilot.press("space")
        given.now = picture(line("later"), reports=5)
        app._look()
        assert rows(app) == ["fresh"]
        assert "PAUSED" in said(app)
        await pilot.press("space")
        assert rows(app) == ["later"]

    drawn(steps)


def test_the_cursor_stays_on_its_callback():
    async def steps(app: Top, pilot: Pilot[None], given: Given) -> None:
        await pilot.press("down", "down")
        chosen = rows(app)[2]
        await pilot.press("s")
        table = app.query_one(DataTable)
        assert rows(app)[table.cursor_row] == chosen != rows(app)[2]

    drawn(steps)


def test_the_filter_is_opened_typed_and_cleared():
    async def steps(app: Top, pilot: Pilot[None], given: Given) -> None:
        await pilot.press("slash", *"q s")
        assert typed(app) == "q s", "keys are letters there"
        assert rows(app) == []
        await pilot.press("escape")
        assert len(rows(app)) == len(LINES)
        assert typed(app) == ""
        focused = app.focused
        assert focused is app.query_one(DataTable)

    drawn(steps)


@pytest.mark.parametrize("key", ["escape", "enter", "q", "question_mark"])
def test_a_page_is_closed_by_any_of_its_keys(key):
    async def steps(app: Top, pilot: Pilot[None], given: Given) -> None:
        await pilot.press("question_mark")
        assert [type(one) for one in app.screen_stack[1:]] == [Page]
        await pilot.press(key)
        assert app.screen_stack[1:] == []
        assert app.is_running

    drawn(steps)


def test_pictures_go_on_behind_a_page():
    async def steps(app: Top, pilot: Pilot[None], given: Given) -> None:
        await pilot.press("question_mark")
        given.now = picture(line("fresh"), reports=9)
        app._look()
        assert rows(app) == ["fresh"]

    drawn(steps)


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
@pytest.mark.parametrize("where", [(), ("slash",)])
def test_quitting(key, where):
    if (key, where) == ("q", ("slash",)):
        where = ("slash", "escape")

    async def steps(app: Top, pilot: Pilot[None], given: Given) -> None:
        await pilot.press(*where, key)
        assert app._exit

    drawn(steps)


def test_a_signal_ends_it():
    stop = Stop(lambda _: None)

    async def steps(app: Top, pilot: Pilot[None], given: Given) -> None:
        assert app.is_running
        stop.ask()
        app._look()
        assert app._exit

    drawn(steps, stop=stop)


def test_a_thousand_callbacks_are_not_all_drawn():
    many = [line(f"f{at}", at, rate=at) for at in range(MOST_ROWS + 700)]

    async def steps(app: Top, pilot: Pilot[None], given: Given) -> None:
        assert len(rows(app)) == MOST_ROWS
        await pilot.press("slash", *"f7", "enter")
        assert rows(app)[0] == "f799", "the filter looks at all of them"

    drawn(steps, Given(picture(*many)))


def test_it_looks_by_itself():
    async def steps(app: Top, pilot: Pilot[None], given: Given) -> None:
        given.now = picture(line("fresh"), reports=4)
        for _ in range(200):
            if rows(app) == ["fresh"]:
                return
            await asyncio.sleep(0.05)
        raise AssertionError("nothing was drawn")

    drawn(steps)
