"""The few lines that instrumented code brings with it.

In: a writer. Out: declarations of our names: the probe's ``fx`` (or, where there is
none, one that does nothing), calls that no program can have replaced, and errors in
V8's own words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.abi import PROBE_SYMBOL

if TYPE_CHECKING:
    from rewriter.scopes import Scope
    from rewriter.trace.writer import Writer

GLOBALS = ("globalThis", "global")
SHARED = ("fx", "apply", "new", "bad", "none", "later")

# What stands in for the probe: enter() says 0, the others hand back what they got.
ABSENT = (
    "{enter(){return 0},exit(a,o,v){return v},read(a,s,o,k,v){return v},"
    "write(a,s,o,k,v){return v},readCapture(a,s,n,d,v){return v},"
    "writeCapture(a,s,n,d,v){return v},call(){return 0},done(m,v){return v},"
    "threw(m,e){return e},made(){return 0},opaque(){}}"
)


def global_name(scope: Scope) -> str | None:
    """Return a name that means the global object in a scope, None without one."""
    for name in GLOBALS:
        if not any(name in around.variables for around in scope.up()):
            return name
    return None


def tools(w: Writer, root: str) -> str:
    """Declare everything but ``fx``."""
    error = (
        f"{{const e=new {root}.TypeError(t);"
        f"{root}.Error.captureStackTrace(e,{{}});throw e}}"
    )
    none, bad = w.name("none"), w.name("bad")
    thrown = error.replace("{}", "f")
    return (
        f"{{apply:{w.name('apply')},construct:{w.name('new')}}}={root}.Reflect,"
        f"{w.name('later')}={root}.Promise.resolve(),"
        f"{none}=(t,f={none})=>{thrown},"
        f"{bad}=(t,n)=>{none}(t+(n?' is not a constructor':' is not a function'),{bad})"
    )


def probe(root: str) -> str:
    """Return the probe's ``fx`` as an expression."""
    found = f"{root}[{root}.Symbol.for('{PROBE_SYMBOL}')]"
    return f"((p)=>p&&(p.fx||p.enter&&p)||{ABSENT})({found})"


def file_header(w: Writer, root: str) -> str:
    """Return what a CommonJS file says first."""
    return f"const {w.name('fx')}={probe(root)},{tools(w, root)};"


def module_header(w: Writer, root: str) -> str:
    """Return what a module says first.

    Its functions can run before its first line does (circular imports), so they ask
    a hoisted function.
    """
    get, names = w.name("x"), ",".join(f"{n}:{w.name(n)}" for n in SHARED)
    w.local = f"const {{{names}}}={get}();"
    return (
        f"function {get}(){{if({get}.m)return {get}.m;"
        f"const {w.name('fx')}={probe(root)},{tools(w, root)};"
        f"return {get}.m={{{names}}}}}"
    )
