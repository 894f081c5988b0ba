"""The screen of ``fluxion top``: it draws pictures and hands keys on, no more.

In: whoever gives pictures, and a stop that signals ask. Out: a terminal. What is shown
stands in `fluxion/picture.py`. No text is ever read as markup.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.drivers.linux_driver import LinuxDriver
from textual.screen import ModalScreen
from textual.widgets import DataTable, Footer, Input, Static

from fluxion.picture import View
from fluxion.pictured import HEADING, cells, details, header

if TYPE_CHECKING:
    from threading import Event
    from typing import TextIO

    from fluxion.picture import Line, Picture
    from fluxion.stop import Stop

LOOK_S = 0.2
MOST_ROWS = 300
HELP = """\
q      leave the target and quit (Ctrl-C does so too)
space  hold the picture, go on
/      show only callbacks with a text; Escape shows all
s      sort by the next column
enter  all that is known of the callback
d      leave the target now, keep the picture
?      this page

cpu ms/s   what the callback's runs take of each second, with all
           that they call
runs/s     how often it runs; p50, p99: how long a run takes, of
           those that were observed in the last ten seconds
busy       share of the time in which the event loop did not wait
late       how long something that is due has to wait for it"""
NUMBERS = 4
"""So many columns stand to the right."""
SORTED = {"cpu": 0, "rate": 1, "p99": 3, "name": 5}
"""The column of each order."""


class Source(Protocol):
    """Who gives pictures."""

    @property
    def ended(self) -> Event:
        """Set once nothing more comes."""
        ...

    @property
    def reports(self) -> int:
        """Grows with what there is to see."""
        ...

    def picture(self) -> Picture:
        """What there is to see now."""
        ...

    def leave(self) -> None:
        """Leave the target; may take seconds."""
        ...


def show(source: Source, stop: Stop) -> None:
    """Draw until somebody quits."""
    Top(source, stop).run()


class Deaf:
    """A stream that swallows what a closed terminal does not take any more."""

    def __init__(self, stream: TextIO) -> None:
        """Take the stream."""
        self._stream = stream

    def write(self, text: str) -> None:
        """Write, if there is still somebody to read."""
        with contextlib.suppress(OSError):
            self._stream.write(text)

    def flush(self) -> None:
        """Do so at once."""
        with contextlib.suppress(OSError):
            self._stream.flush()


class Drawing(LinuxDriver):
    """Textual's own; where the terminal is closed, its writer would end and we hang."""

    def __init__(self, app: App[None], **options: Any) -> None:
        """Take what textual gives."""
        super().__init__(app, **options)
        self._file: Any = Deaf(self._file)


class Page(ModalScreen[None]):
    """A text above the rows."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q,question_mark", "app.pop_screen", "close"),
    ]
    DEFAULT_CSS = """
    Page { align: center middle; }
    Page VerticalScroll {
        width: 90%; max-width: 100; height: auto; max-height: 90%;
        padding: 1 2; background: $surface; border: round $primary;
    }
    """

    def __init__(self, text: str) -> None:
        """Take the text."""
        super().__init__()
        self._text = Static(Text(text), id="page")

    def compose(self) -> ComposeResult:
        """Lay it out."""
        with VerticalScroll():
            yield self._text


class Rows(DataTable[Text]):
    """The callbacks; Enter is told in the footer, too."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "select_cursor", "details", key_display="enter"),
    ]


class Top(App[None]):
    """The rows, what is said above them, and the filter."""

    ENABLE_COMMAND_PALETTE = False
    TITLE = "fluxion top"
    CSS = """
    #head { height: 2; padding: 0 1; }
    #said { height: 1; padding: 0 1; color: $text-warning; }
    #rows { height: 1fr; }
    #filter { display: none; height: 1; border: none; padding: 0 1; }
    #filter.open { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "quit", "quit"),
        Binding("ctrl+c", "quit", "quit", show=False, priority=True),
        Binding("space", "hold", "pause"),
        Binding("slash", "find", "filter", key_display="/"),
        Binding("s", "sort", "sort"),
        Binding("d", "detach", "detach"),
        Binding("question_mark", "help", "help", key_display="?"),
        Binding("escape", "all", "all", show=False),
    ]

    def __init__(self, source: Source, stop: Stop) -> None:
        """Take who gives pictures, and who may ask to end."""
        super().__init__(driver_class=Drawing)
        self._source = source
        self._stop = stop
        self._now = source.picture()
        self._view = View()
        self._rows: list[Line] = []
        self._looks = 0
        self._drawn = (-1, False)

    def compose(self) -> ComposeResult:
        """Lay the screen out."""
        yield Static(id="head")
        yield Static(id="said")
        yield Rows(id="rows", cursor_type="row", zebra_stripes=True)
        asked = Input(id="filter", placeholder="only callbacks with this text")
        asked.cursor_blink = False
        yield asked
        yield Footer()

    def on_mount(self) -> None:
        """Begin to look for pictures."""
        for at, name in enumerate(HEADING):
            self._table.add_column(
                Text(name, justify="right" if at < NUMBERS else "left")
            )
        self._table.focus()
        self._draw()
        self.set_interval(LOOK_S, self._look)

    # --- keys ---------------------------------------------------------------

    def action_hold(self) -> None:
        """Hold the picture, or go on."""
        self._view = self._view.paused(self._now)
        self._draw()

    def action_sort(self) -> None:
        """Sort by the next column."""
        self._view = self._view.sorted_by_next()
        self._draw()

    def action_find(self) -> None:
        """Ask for a text."""
        self._asked.add_class("open")
        self._asked.focus()

    def action_all(self) -> None:
        """Show all again."""
        self._asked.value = ""
        self._asked.remove_class("open")
        self._table.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter by what was typed so far."""
        self._view = self._view.filtered(event.value)
        self._draw()

    def on_input_submitted(self) -> None:
        """Go back to the rows; the filter stays."""
        if not self._asked.value:
            self._asked.remove_class("open")
        self._table.focus()

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Show all that is known of a callback."""
        if 0 <= event.cursor_row < len(self._rows):
            line = self._rows[event.cursor_row]
            self.push_screen(Page("\n".join(details(line))))

    def action_help(self) -> None:
        """Say what the keys do."""
        self.push_screen(Page(HELP))

    def action_detach(self) -> None:
        """Leave the target; what was seen stays."""
        self.run_worker(self._source.leave, thread=True, exclusive=True)

    # --- pictures -----------------------------------------------------------

    @property
    def _table(self) -> DataTable[Text]:
        return self.screen_stack[0].query_one("#rows", DataTable)

    @property
    def _asked(self) -> Input:
        return self.screen_stack[0].query_one("#filter", Input)

    def _look(self) -> None:
        """Draw what is new; once a second also where nothing is: that tells, too."""
        if self._stop.asked:
            self.exit()
            return
        self._looks += 1
        state = (self._source.reports, self._source.ended.is_set())
        if state == self._drawn and (state[1] or self._looks * LOOK_S < 1):
            return
        self._drawn, self._looks = state, 0
        self._now = self._source.picture()
        self._draw()

    def _draw(self) -> None:
        picture = self._view.shown(self._now)
        base = self.screen_stack[0]
        base.query_one("#head", Static).update(Text("\n".join(header(picture))))
        base.query_one("#said", Static).update(Text(self._said()))
        self._fill(self._view.lines(self._now)[:MOST_ROWS])

    def _said(self) -> str:
        view = self._view
        said = [f"sorted by {view.order}"]
        if view.filter:
            said.append(f"only with {view.filter!r}")
        if view.held is not None:
            said.append("PAUSED")
        if self._now.watched.ended:
            said.append(self._now.watched.ended)
        return " · ".join(said)

    def _fill(self, lines: list[Line]) -> None:
        """Put the rows in; the cursor stays on its callback."""
        table, before = self._table, self._rows
        at = table.cursor_row
        chosen = before[at].ref if 0 <= at < len(before) else None
        scrolled = table.scroll_y
        table.clear()
        for line in lines:
            row = [Text(cell, no_wrap=True) for cell in cells(line)]
            for cell in row[:NUMBERS]:
                cell.justify = "right"
            row[SORTED[self._view.order]].stylize("bold")
            table.add_row(*row)
        self._rows = lines
        places = [number for number, line in enumerate(lines) if line.ref == chosen]
        if places and at > 0:
            table.move_cursor(row=places[0], scroll=False)
        table.scroll_to(y=scrolled, animate=False)
