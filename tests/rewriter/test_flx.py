"""The fluxional language: what is printed is parsed, what is wrong is pointed at."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rewriter import flx
from store.facts import FunctionRef
from store.plans import Capture, Cut, Fluxion, Plan, Stream, Where

PAPER = """\
flx main & network
>> handler [res]
  var app = require('express')(),
    fs = require('fs'),
    count = 0;

  app.get('/', >> handler);
  app.listen(8080);

flx handler
-> reply [res]
  function handler(req, res) {
    fs.readFile(__filename, -> reply);
  }

flx reply & network {count, template}
-> null
  function reply(err, data) {
    count += 1;
    res.send(err || template(count, data));
  }
"""

NAMES = st.from_regex(r"[a-z_$][a-z0-9_$]{0,8}", fullmatch=True).filter(
    lambda name: name not in {"null", "flx"}
)
LISTS = st.lists(NAMES, max_size=3).map(tuple)
BODIES = st.lists(st.text(alphabet=" ab{}();>-&[]flx", max_size=12), max_size=5).map(
    lambda lines: "\n".join(lines).rstrip()
)


@st.composite
def programs(draw: st.DrawFn) -> tuple[flx.Flx, ...]:
    """Any program whose streams go to its own fluxions."""
    names = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    known = st.lists(st.sampled_from(names), min_size=1, max_size=2).map(tuple)
    links = st.lists(
        st.builds(flx.Link, st.sampled_from([">>", "->"]), known, LISTS), max_size=2
    ).map(tuple)
    return tuple(
        flx.Flx(name, draw(LISTS), draw(LISTS), draw(links), draw(BODIES))
        for name in names
    )


@given(programs())
def test_what_is_printed_is_parsed(program: tuple[flx.Flx, ...]) -> None:
    assert flx.parse(flx.write(program)) == program


def test_the_papers_example_is_read_and_printed_as_it_stands() -> None:
    main, handler, reply = program = flx.parse(PAPER)
    assert main.tags == ("network",)
    assert main.streams == (flx.Link(">>", ("handler",), ("res",)),)
    assert handler.streams == (flx.Link("->", ("reply",), ("res",)),)
    assert reply.context == ("count", "template")
    assert reply.streams == ()
    assert flx.write(program) == PAPER


def test_null_may_stand_with_and_without_its_arrow() -> None:
    assert flx.parse("flx a\nnull\n  x") == flx.parse("flx a\n-> null\n  x")


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("function f() {}\nflx a\nnull\n", 1, 1),
        ("flx a & \nnull\n", 1, 7),
        ("flx a\n  function f() {}\n", 2, 1),
        ("flx a\n-> b, \n  f\n", 2, 5),
        ("flx a\n>> b [x\n  f\n", 2, 6),
        ("flx a\n-> b\n  f\n", 2, 4),
        ("flx a\nnull\nf()\n", 3, 1),
        ("flx a\nnull\n\nflx a\nnull\n", 1, 5),
    ],
)
def test_an_error_has_a_line_a_column_and_a_caret(
    text: str, line: int, column: int
) -> None:
    with pytest.raises(flx.FlxError) as error:
        flx.parse(text)
    assert (error.value.line, error.value.column) == (line, column)
    caret = error.value.message.splitlines()[-1]
    assert caret == " " * (column - 1) + "^"


def test_a_plan_is_shown_with_a_placeholder_at_the_cut() -> None:
    text = (
        "function paint(req, res) {\n  const a = encode(req.body);\n  res.end(a);\n}\n"
    )
    start = text.index("encode(")
    cut = Cut(
        host=FunctionRef(1, 0),
        start=start,
        end=text.index(";", start),
        callee=None,
        callee_text="encode",
        arguments=("value",),
        receiver="none",
        captures=(Capture("table", "streamed", None),),
        slices=(),
        stateful=False,
    )
    fluxion = Fluxion(
        id="encode_1000",
        shape="call",
        function=Where("/app/routes.js", 1, 1, "paint", FunctionRef(1, 0)),
        kind="start",
        tags=("isolated",),
        context=("cache",),
        streams=(Stream("->", "encode_1000_main", ("a",)),),
        decision="moved",
        guards=(),
        group="",
        bytes=0,
        gain_ms=1.0,
        confidence=1.0,
        unseen=(),
        cut=cut,
    )
    shown = flx.show(Plan((fluxion,), ()), {1: text})
    main, moved, rest = flx.parse(shown)
    assert main.streams == (flx.Link("->", ("encode_1000",), ("table",)),)
    assert "const a = -> encode_1000;" in main.function
    assert moved.tags == ("isolated",)
    assert moved.context == ("cache",)
    assert moved.function == "encode(req.body)"
    assert moved.streams == (flx.Link("->", ("encode_1000_main",), ("a",)),)
    assert rest.tags == ("network",)
