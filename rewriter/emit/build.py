"""The state of one build while it is made.

In: the plan, the recording, the sources. Out: overlays by script and slices by group,
each begun when it is first asked for. Pure but for the parser.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rewriter.emit.patch import Patch
from rewriter.emit.slices import Slice
from store.errors import FluxionError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rewriter.syntax.client import Syntax
    from rewriter.syntax.tree import Node, Tree
    from store.facts import FunctionRef, Recording, Script
    from store.plans import Plan


@dataclass(slots=True)
class Overlay:
    """One file of the app while it is being changed."""

    script: Script
    tree: Tree
    patch: Patch
    fx: str
    """The name under which the file knows the runtime; it occurs nowhere in it."""
    tail: str = ""
    """Code for the end of the module."""

    @property
    def path(self) -> str:
        """Where the original lies."""
        return path_of(self.script)


@dataclass(slots=True)
class Build:
    """Everything that is known while a build is made."""

    plan: Plan
    recording: Recording
    texts: Mapping[int, str]
    syntax: Syntax
    overlays: dict[int, Overlay] = field(default_factory=dict)
    slices: dict[tuple[str, int], Slice] = field(default_factory=dict)

    def script(self, number: int) -> Script:
        """Return a script of the recording."""
        for script in self.recording.scripts:
            if script.number == number:
                return script
        raise FluxionError(f"the recording has no script {number}", "record again")

    def tree(self, number: int) -> Tree:
        """Return the parsed source of a script."""
        if number not in self.texts:
            raise FluxionError(
                f"the source of {self.script(number).url} is not there",
                "compile where the app's files are, or record --with-sources",
            )
        return self.syntax.parse(self.texts[number], "commonjs")

    def overlay(self, number: int) -> Overlay:
        """Return the overlay of a script."""
        found = self.overlays.get(number)
        if found is None:
            tree = self.tree(number)
            script = self.script(number)
            found = Overlay(script, tree, Patch(tree.text), unused(tree.text))
            self.overlays[number] = found
        return found

    def slice(self, group: str, number: int) -> Slice:
        """Return the slice of a script for a group's worker."""
        found = self.slices.get((group, number))
        if found is None:
            tree = self.tree(number)
            script = self.script(number)
            found = Slice(group, script, tree, unused(tree.text), Patch(tree.text))
            self.slices[group, number] = found
        return found

    def function(self, ref: FunctionRef) -> Node:
        """Return a function literal of the program."""
        found = self.tree(ref.script).function_at(ref.start)
        if found is None:
            where = self.script(ref.script).url
            raise FluxionError(
                f"{where} has no function at {ref.start}", "record again"
            )
        return found


def path_of(script: Script) -> str:
    """Return the path of a script that has a file."""
    if script.path is None:
        raise FluxionError(f"{script.url} has no file, so nothing can replace it")
    return script.path


def unused(text: str) -> str:
    """Return a short name that a text does not hold."""
    name = "$fx"
    while name in text:
        name += "_"
    return name
