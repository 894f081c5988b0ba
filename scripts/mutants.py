"""Break the code in small ways, and see whether the tests notice.

In: folders of sources, folders of tests, a seed and how many mutants to make. Out: the
mutants that survived and the share that was killed; exit code 1 below ``--least``
percent. A mutant is one change to the syntax tree of one file: a condition negated, a
constant or an operator swapped, a statement, a branch or an item dropped. Nothing is
written: each mutant lives in a process of its own.
"""

from __future__ import annotations

import argparse
import ast
import importlib.abc
import importlib.util
import os
import random
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from types import ModuleType

DEADLINE_S = 120
SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
KEPT = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Pass, ast.Raise)
"""Statements that are not dropped: without them nothing could be said."""
NOT_BEHAVIOUR = {"__repr__", "__slots__", "__all__"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change."""

    file: Path
    number: int
    """Which of the changes that the file allows."""
    line: int
    change: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.change}"


@dataclass(frozen=True, slots=True)
class Change:
    """Where a tree may be changed, and how."""

    line: int
    what: str
    make: Callable[[], object]


def changes(tree: ast.Module) -> Iterator[Change]:
    """Yield every change that we know for a tree; making one changes the tree."""
    for node in behaviour(tree):
        yield from of_node(node)


def behaviour(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes that a program's behaviour depends on, parents first."""
    yield node
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list", "bases"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not is_idle(child):
                yield from behaviour(child)


def is_idle(node: ast.AST) -> bool:
    """Tell whether a node is a docstring, a type, or for people only."""
    match node:
        case ast.Expr(value=ast.Constant(value=str())):
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case ast.Assign(value=ast.Subscript(value=ast.Name(id="Literal"))):
            return True
        case ast.FunctionDef(name=name) | ast.Assign(targets=[ast.Name(id=name)]):
            return name in NOT_BEHAVIOUR
        case ast.Call(func=ast.Name(id="cast")):
            return True
    return isinstance(node, ast.Import | ast.ImportFrom)


def of_node(node: ast.AST) -> Iterator[Change]:
    """Yield the changes of one node."""
    line = getattr(node, "lineno", 0)
    for name, value in ast.iter_fields(node):
        if isinstance(value, list) and name in {"body", "orelse"}:
            yield from dropped_statements(value)
        if isinstance(value, list) and name in {"elts", "values", "args"}:
            yield from dropped_items(node, value, line)
    match node:
        case ast.If() | ast.IfExp() | ast.While():
            yield Change(line, f"not ({ast.unparse(node.test)})", negate(node))
            if isinstance(node, ast.If) and node.orelse:
                yield Change(line, "no else", lambda: setattr(node, "orelse", []))
        case ast.comprehension(ifs=[test, *_]):
            line = test.lineno
            yield Change(line, f"any {ast.unparse(test)}", node.ifs.clear)
        case ast.UnaryOp(op=ast.Not()):
            said = f"without not: {ast.unparse(node)}"
            yield Change(line, said, lambda: setattr(node, "op", ast.UAdd()))
        case ast.Compare(ops=[op]) if type(op) in SWAPPED:
            new = SWAPPED[type(op)]()
            said = f"{type(new).__name__} in {ast.unparse(node)}"
            yield Change(line, said, lambda: setattr(node, "ops", [new]))
        case ast.BoolOp() | ast.BinOp() | ast.AugAssign() if type(node.op) in SWAPPED:
            other = SWAPPED[type(node.op)]()
            said = f"{type(other).__name__} in {ast.unparse(node)}"
            yield Change(line, said, lambda: setattr(node, "op", other))
        case ast.Constant():
            yield from swapped_constant(node)
        case ast.Return(value=ast.expr()) if not is_false(node.value):
            said = f"return None, not {ast.unparse(node)[7:]}"
            yield Change(line, said, lambda: setattr(node, "value", None))


def is_false(node: ast.AST | None) -> bool:
    """Tell whether a value is as good as None to who only asks if it is true."""
    return isinstance(node, ast.Constant) and node.value in {None, False}


def negate(node: ast.If | ast.IfExp | ast.While) -> Callable[[], None]:
    """Return what makes a condition its opposite."""
    return lambda: setattr(node, "test", ast.UnaryOp(ast.Not(), node.test))


def dropped_statements(body: list[ast.stmt]) -> Iterator[Change]:
    """Yield the removal of each statement of a body."""
    for at, statement in enumerate(body):
        if isinstance(statement, KEPT) or is_idle(statement):
            continue
        if isinstance(statement, ast.AnnAssign) and statement.value is None:
            continue
        if isinstance(statement, ast.Return) and is_false(statement.value):
            continue  # mostly the end of a function, where it changes nothing
        said = ast.unparse(statement).split("\n")[0]
        yield Change(
            statement.lineno,
            f"without {said}",
            partial(body.__setitem__, at, ast.Pass()),
        )


def dropped_items(node: ast.AST, items: list[ast.expr], line: int) -> Iterator[Change]:
    """Yield the removal of each item of a literal, and of each operand."""
    if isinstance(node, ast.Call | ast.Dict | ast.JoinedStr | ast.arguments):
        return
    for at, item in enumerate(items):
        if isinstance(node, ast.Tuple) or len(items) < 2:
            return
        yield Change(
            getattr(item, "lineno", line),
            f"without {ast.unparse(item)}",
            partial(items.pop, at),
        )


def swapped_constant(node: ast.Constant) -> Iterator[Change]:
    """Yield another value for a constant; of a list in words, without each word."""
    value, line = node.value, node.lineno
    new: list[object] = []
    if isinstance(value, bool):
        new = [not value]
    elif isinstance(value, int):
        new = [value + 1]
    elif isinstance(value, str) and len(words := value.split()) > 1:
        new = [" ".join(words[:at] + words[at + 1 :]) for at in range(len(words))]
    elif isinstance(value, str):
        new = [f"{value}?"]
    for other in new:
        said = f"{other!r}, not {value!r}"
        yield Change(line, said[:120], partial(setattr, node, "value", other))


def mutants_of(file: Path) -> list[Mutant]:
    """Return all mutants of a file."""
    tree = ast.parse(file.read_text("utf-8"))
    return [
        Mutant(file, number, change.line, change.what)
        for number, change in enumerate(changes(tree))
    ]


def mutated(mutant: Mutant) -> str:
    """Return the text of a mutant."""
    tree = ast.parse(mutant.file.read_text("utf-8"))
    list(changes(tree))[mutant.number].make()
    return ast.unparse(ast.fix_missing_locations(tree))


class Substitute(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives a module another text."""

    def __init__(self, name: str, file: Path, text: str) -> None:
        """Take the module's full name, its file and the text."""
        self._name = name
        self._file = file
        self._text = text

    def find_spec(
        self, fullname: str, path: object, target: object = None
    ) -> ModuleSpec | None:
        """Answer for the one module."""
        del path, target
        if fullname != self._name:
            return None
        return importlib.util.spec_from_file_location(fullname, self._file, loader=self)

    def exec_module(self, module: ModuleType) -> None:
        """Run the other text."""
        exec(compile(self._text, str(self._file), "exec"), module.__dict__)  # noqa: S102


def survives(mutant: Mutant | None, arguments: Sequence[str]) -> bool:
    """Run pytest with a mutant in place, or with none; tell whether all passed."""
    child = os.fork()
    if child == 0:
        os._exit(_run(mutant, arguments))
    _, status = os.waitpid(child, 0)
    return os.WIFEXITED(status) and os.WEXITSTATUS(status) == 0


def _run(mutant: Mutant | None, arguments: Sequence[str]) -> int:
    """Be the child: silent, in a group of its own, and ended when it hangs."""
    os.setpgid(0, 0)
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    signal.signal(signal.SIGALRM, lambda *_: os.killpg(0, signal.SIGKILL))
    signal.alarm(DEADLINE_S)
    try:
        if mutant is not None:
            name = ".".join(mutant.file.with_suffix("").parts).removesuffix(".__init__")
            finder = Substitute(name, mutant.file, mutated(mutant))
            sys.meta_path.insert(0, finder)
        import pytest  # noqa: PLC0415 # imported by the parent; here for its name

        quiet = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:randomly"]
        return int(pytest.main([*quiet, *arguments]))
    except BaseException:  # noqa: BLE001 # a mutant may break anything: it is seen
        return 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Make mutants and print what became of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sources", type=Path, help="a folder, relative to this one")
    parser.add_argument("tests", nargs="+", help="what pytest is given")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=150, help="0: all of them")
    parser.add_argument("--least", type=float, default=90.0, help="percent")
    given = parser.parse_args(arguments)
    import pytest  # noqa: F401, PLC0415 # once for all children

    sys.path.insert(0, str(Path.cwd()))
    files = sorted(given.sources.rglob("*.py"))
    every = [mutant for file in files for mutant in mutants_of(file)]
    chosen = random.Random(given.seed).sample(  # noqa: S311
        every, min(given.count or len(every), len(every))
    )
    if not survives(None, given.tests):
        print("the tests fail without a mutant")
        return 2
    alive = 0
    for mutant in chosen:
        if survives(mutant, given.tests):
            alive += 1
            print(f"survived: {mutant}", flush=True)
    share = 100 * (1 - alive / len(chosen))
    print(
        f"{len(chosen) - alive} of {len(chosen)} mutants killed ({share:.1f} %); "
        f"{len(every)} possible; seed {given.seed}"
    )
    return int(share < given.least)


if __name__ == "__main__":
    sys.exit(main())
