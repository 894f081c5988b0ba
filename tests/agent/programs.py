"""Draw programs full of functions of every kind, in places of every kind.

In: Hypothesis. Out: a program's text and, for each of its functions, where it is held.
The text is an expression: a function that makes the functions and gives an evaluator
of their scope.
"""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

PLAIN = ("function", "strict", "named")
ARROWS = ("arrow", "async arrow")
METHODS = ("method", "static", "async method")
KINDS = (*PLAIN, *ARROWS, *METHODS, "async", "generator", "async generator", "class")

BODIES = {
    "return this;": None,
    "return typeof this;": None,
    "return [typeof a, arguments.length];": ARROWS,
    "a = 9; return arguments[0];": ARROWS,
    "arguments[0] = 7; return a;": ARROWS,
    "return new.target === undefined;": ARROWS,
    "throw marker;": None,
    "throw new RangeError('no ' + typeof a);": None,
    "return marker;": None,
    "return new Error('here').stack.split('\\n').length > 0;": None,
    "log.push(typeof a); return log.length;": None,
    "count += 1; return count;": None,
    "const inner = () => this; return inner();": None,
    "return eval('typeof a');": None,
    "try { return 1; } finally { log.push('finally'); }": None,
    "try { throw marker; } catch (e) { return e === marker; }": None,
    "for (const x of [1, 2, 3]) { if (x === 2) return x; }": None,
    "outer: for (;;) { for (;;) { break outer; } } return 'out';": None,
    "return (() => { log.push('arrow'); return a; })();": None,
    "const { length } = String(a); return length;": None,
    "return Promise.resolve(3);": None,
    "return Promise.reject(marker);": None,
    "holder.value = a; return holder.value === a;": None,
    "return holder.missing?.deep ?? 'none';": None,
    "this && typeof this === 'object' && (this.mark = 1); return 0;": None,
    "": None,
}
AWAITS = {"async", "async arrow", "async method", "async generator"}
YIELDS = {"generator", "async generator"}
PARAMETERS = ("a", "a, b", "a, b = 2", "a, ...rest", "a, { y } = {}", "a, b, c, d")
EXTRAS = (
    "f.note = 5;",
    "f[Symbol.for('mark')] = marker;",
    "Object.defineProperty(f, 'hidden', { value: 1 });",
    "Object.defineProperty(f, 'got', { get: () => 'got', configurable: true });",
    "Object.defineProperty(f, 'name', { value: 'renamed' });",
    "Object.defineProperty(f, 'length', { value: 4 });",
    "Object.defineProperty(f, 'name', { value: 8 });",
    "f.toString = () => 'its own words';",
    "f.listener = marker;",
    "Object.setPrototypeOf(f, Object.create(Function.prototype));",
    "Object.preventExtensions(f);",
    "Object.freeze(f);",
)
PLACES = (
    *("property", "element", "entry", "member", "getter", "bound"),
    *("on", "once", "prependListener", "prependOnceListener", "capture"),
)


@dataclass(frozen=True)
class Subject:
    """One function of a program."""

    kind: str
    parameters: str
    body: str
    extras: tuple[str, ...]
    place: str
    event: str

    def literal(self) -> str:
        """The expression that makes it."""
        body = self.body
        if self.kind in AWAITS:
            body = "await null; " + body
        if self.kind in YIELDS:
            body = "const got = yield 1; log.push(typeof got); " + body
        if self.kind == "strict":
            body = "'use strict'; " + body
        head = f"({self.parameters})"
        return {
            "named": f"function named{head} {{ {body} }}",
            "arrow": f"{head} => {{ {body} }}",
            "async arrow": f"async {head} => {{ {body} }}",
            "method": f"({{ method{head} {{ {body} }} }}).method",
            "static": f"(class {{ static m{head} {{ {body} }} }}).m",
            "async method": f"({{ async ['m' + 1]{head} {{ {body} }} }}).m1",
            "async": f"async function{head} {{ {body} }}",
            "generator": f"function*{head} {{ {body} }}",
            "async generator": f"async function*{head} {{ {body} }}",
            "class": "class { constructor(a) { this.a = typeof a; } }",
        }.get(self.kind, f"function{head} {{ {body} }}")


@dataclass(frozen=True)
class Program:
    """Functions that share a scope."""

    subjects: tuple[Subject, ...]

    def text(self) -> str:
        """The whole of it."""
        lines = ["((log, marker) => {", "let count = 0;", "const holder = {};"]
        for i, one in enumerate(self.subjects):
            lines.append(f"const f{i} = {one.literal()};")
            lines += [f"((f) => {{ {extra} }})(f{i});" for extra in one.extras]
        names = ", ".join(f"f{i}" for i in range(len(self.subjects)))
        lines.append(f"return {{ functions: [{names}], evaluate: (s) => eval(s) }};")
        return "\n".join([*lines, "})"])


@st.composite
def subjects(draw: st.DrawFn) -> Subject:
    """Draw one function."""
    kind = draw(st.sampled_from(KINDS))
    body = draw(
        st.sampled_from([b for b, no in BODIES.items() if kind not in (no or ())])
    )
    parameters = draw(
        st.sampled_from(PARAMETERS[:2] if kind == "strict" else PARAMETERS)
    )
    extras = draw(st.lists(st.sampled_from(EXTRAS), max_size=2, unique=True))
    extras.sort(key=EXTRAS.index)  # what freezes comes last
    place = draw(st.sampled_from(PLACES))
    event = draw(st.sampled_from(("text", "symbol")))
    return Subject(kind, parameters, body, tuple(extras), place, event)


programs = st.lists(subjects(), min_size=1, max_size=12).map(tuple).map(Program)
