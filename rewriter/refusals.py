"""Every reason to leave code where it is: codes, what they mean, what helps.

In: a code, a place and evidence. Out: ``Refusal`` values. Codes are never given a
second meaning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.facts import FunctionRef, Place, Refusal
from store.reasons import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable

TABLE: dict[str, Reason] = {
    "FX001": Reason(
        "too cheap to move",
        "A message to a worker and back costs main some microseconds and the request "
        "some tens of them. Moving pays from 0.25 ms at the median, if all runs "
        "together are 0.5 % of what main does, or from 5 ms at p99 (of two runs at "
        "least).",
        "nothing to do; --only ID --min-gain 0 moves it all the same",
    ),
    "FX002": Reason(
        "not selected",
        "The option --only named other fluxions.",
        "name it with --only, or leave --only out",
    ),
    "FX003": Reason(
        "no single call holds the CPU",
        "The time of this callback is spread over many calls, or the recording is too "
        "short to say where it goes.",
        "record longer and under load",
    ),
    "FX010": Reason(
        "uses a global that a worker does not share",
        "A worker has its own process, console, timers and global object; code that "
        "uses them would act on the wrong ones.",
        "pass what is needed as an argument",
    ),
    "FX011": Reason(
        "uses a built-in module with effects",
        "Files, sockets and child processes must be used from one thread, in order.",
        "keep the input and output outside of the heavy function",
    ),
    "FX012": Reason(
        "initialisation is not repeatable",
        "A worker loads the module again. Its initialisation reads the clock, chance "
        "or the surroundings, so the copy would differ from the original.",
        "move the heavy function to a module of its own",
    ),
    "FX013": Reason(
        "requires something that is not known",
        "The argument of require is not a literal, or the module was not loaded while "
        "recording.",
        "require it by a literal name at the top of the file",
    ),
    "FX014": Reason(
        "source not available",
        "The text is missing, does not parse, or is an ES module, which this version "
        "does not rewrite.",
        "give the sources with --root; CommonJS only for now",
    ),
    "FX015": Reason(
        "eval or with",
        "Names may mean something that cannot be seen in the source.",
        "avoid eval, new Function and with around the heavy function",
    ),
    "FX016": Reason(
        "modules require each other",
        "In a circle of modules the order of loading decides what each one sees.",
        "break the circle",
    ),
    "FX017": Reason(
        "a built-in object is changed",
        "The program adds to or replaces parts of a built-in object; a worker's own "
        "copy would not have the change.",
        "do not patch built-in objects",
    ),
    "FX018": Reason(
        "what is called is not certain",
        "The function may be replaced while the program runs, or the call can enter "
        "functions that are not known.",
        "call a function that is declared once and never reassigned",
    ),
    "FX019": Reason(
        "asynchronous work inside a plain call",
        "The call starts timers, promises or streams that outlive it.",
        "return a promise, or take a callback as the last argument",
    ),
    "FX020": Reason(
        "shared state",
        "State that the moved code uses is also used by code that stays, and it is not "
        "proved constant. Two copies would drift apart.",
        "pass the state as an argument, or let one module own it",
    ),
    "FX021": Reason(
        "captured variable",
        "The function uses variables of a function around it; the worker cannot share "
        "them.",
        "move the function to the top of the module and pass what it needs",
    ),
    "FX022": Reason(
        "a result of stateful code is kept or changed",
        "The moved code keeps state, and what it hands out may be part of it. Main "
        "keeps, compares or changes the result, so a copy could be told apart.",
        "return a fresh value and use it at once",
    ),
    "FX023": Reason(
        "another part of the plan owns it",
        "Two fluxions would need the same private state.",
        "choose one of them with --only",
    ),
    "FX030": Reason(
        "an argument may be changed and seen by others",
        "The moved code may write into an argument that somebody else can see.",
        "pass a fresh object, or do not write into arguments",
    ),
    "FX031": Reason(
        "the call has a receiver",
        "The method works on an object of main; its state would have to travel.",
        "call a plain function with the values it needs",
    ),
    "FX032": Reason(
        "arguments cannot be followed",
        "Spread arguments, `arguments` or a function that is not written in place.",
        "write the arguments one by one, and callbacks in place",
    ),
    "FX040": Reason(
        "writes shared state before the call",
        "What the callback does in one turn may not be seen half done. It writes "
        "before the heavy call, and others could look while it is away.",
        "write after the heavy call only",
    ),
    "FX041": Reason(
        "reads shared state before the call",
        "Others may change what was read while the call is away: an update would be "
        "lost.",
        "read after the heavy call",
    ),
    "FX042": Reason(
        "the call is in a loop",
        "The parts of the loop before and after the call cannot be kept apart.",
        "collect the inputs and make one call",
    ),
    "FX043": Reason(
        "this kind of function cannot be suspended",
        "Generators, constructors, and functions that use arguments, super or "
        "new.target, or arrows that use this.",
        "make it a plain function with named parameters",
    ),
    "FX050": Reason(
        "a caller goes on after the call",
        "Code of a caller runs on the same stack after this callback returned, and "
        "may depend on what it did.",
        "make the call the last thing that the caller does",
    ),
    "FX051": Reason(
        "a caller is not known",
        "A frame above the callback was never seen or has no source.",
        "record longer, so that the callers are seen",
    ),
    "FX052": Reason(
        "another callback follows on the same stack",
        "After this callback, the same stack runs another one, which would now run "
        "before it.",
        "use one listener that does both, in order",
    ),
    "FX053": Reason(
        "several listeners of one event",
        "The other listeners of the event run right after this one.",
        "use one listener that does both, in order",
    ),
    "FX054": Reason(
        "its return value is used",
        "A caller uses what the callback returns; suspended, it returns undefined.",
        "hand results over by a callback or a promise",
    ),
    "FX055": Reason(
        "a caller's catch clause cannot be kept",
        "An error of the remainder must enter a catch or finally clause of a caller, "
        "which cannot be entered later.",
        "catch the error inside of the callback",
    ),
    "FX060": Reason(
        "uses objects of main in a way that cannot be recorded",
        "A whole callback can move when it only calls functions, sets properties and "
        "reads plain values of main's objects.",
        "move the computation to a function of its own",
    ),
}


def refuse(
    code: str,
    reason: str = "",
    *,
    function: FunctionRef | None = None,
    place: Place | None = None,
    evidence: Iterable[str] = (),
) -> Refusal:
    """Return a refusal; without a reason the title of the code is the reason."""
    row = TABLE[code]
    return Refusal(
        code, function, place, reason or row.title, tuple(evidence), row.remedy
    )
