"""Random programs beside the oracle: what was compared, and what was missed.

In: a parser, a seed. Out: counts. The oracle is `run_oracle.js`.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rewriter.trace import rewrite
from store.facts import FunctionSource, Refusal
from tests.rewriter.trace.generator import RARE, Generator
from tests.rewriter.trace.harness import HERE, ROOT

if TYPE_CHECKING:
    from random import Random

    from rewriter.syntax.client import Syntax

PROBE = ROOT / "agent" / "probe"
COUNTED = (
    "activations",
    "hooked",
    "unknown",
    "blind",
    "segments",
    "places",
    "excused",
    "alone",
    "deep",
    "writes",
)


@dataclass
class Comparison:
    """What the oracle said of some programs."""

    programs: int = 0
    blinded: int = 0
    """Programs in which something was unknown in a run that was compared."""
    counts: Counter[str] = field(default_factory=Counter[str])
    reasons: Counter[str] = field(default_factory=Counter[str])
    missed: list[tuple[str, list[str]]] = field(
        default_factory=list[tuple[str, list[str]]]
    )
    """Programs as they were written, and what was missed in them."""

    def add(self, text: str, answer: dict[str, Any]) -> None:
        assert answer["faults"] == 0, answer["fault"]
        self.programs += 1
        self.blinded += answer["blind"] > 0
        self.counts.update({name: answer[name] for name in COUNTED})
        self.reasons.update(answer["reasons"])
        if answer["missed"]:
            self.missed.append((text, answer["missed"]))

    def __str__(self) -> str:
        of = self.counts
        share = 100 * of["blind"] / max(1, of["hooked"])
        return (
            f"{self.programs} programs ({of['deep']} of them until they recurse without"
            f" end), {of['activations']} activations, {of['hooked']}"
            f" of them compared in {of['segments']} stretches; {of['places']} changes"
            f" found, {of['excused']} beside something unknown, {len(self.missed)}"
            f" programs with one that nobody reported; {of['writes']} writes reported;"
            f" something unknown in {of['blind']} of those compared ({share:.2f} %), of"
            f" {self.blinded} programs, in"
            f" {of['unknown']} of all; most often {self.reasons.most_common(5)}"
        )


def programs(
    syntax: Syntax, random: Random, count: int, rare: float = RARE
) -> list[tuple[str, str]]:
    """Random programs, as they are and rewritten."""
    made: list[tuple[str, str]] = []
    generator = Generator(random, hooks=True, rare=rare)
    while len(made) < count:
        text = generator.program()
        answer = rewrite(syntax, FunctionSource(1, "x.js", text, 0, "load"))
        if isinstance(answer, Refusal):
            assert answer.code == "FX014", answer
            continue
        made.append((text, answer.text))
    return made


def told(
    script: str, texts: list[str], probe: Path = PROBE, gated: tuple[int, ...] = ()
) -> list[dict[str, Any]]:
    """What a script of this folder says of rewritten programs."""
    given = [
        {"name": f"p{at}", "text": text, "gated": gated}
        for at, text in enumerate(texts)
    ]
    binary = shutil.which("node")
    assert binary is not None
    done = subprocess.run(
        [binary, str(HERE / script)],
        input=json.dumps({"probe": str(probe), "programs": given}),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(texts)
    return answers


def compare(made: list[tuple[str, str]], probe: Path = PROBE) -> Comparison:
    """Run programs beside the oracle."""
    found = Comparison()
    answers = told("run_oracle.js", [traced for _, traced in made], probe)
    for (text, _), answer in zip(made, answers, strict=True):
        found.add(text, answer)
    return found
