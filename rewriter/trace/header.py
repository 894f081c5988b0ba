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
SHARED = ("fx", "apply", "new", "bad", "none", "it", "later")

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
    """Declare everything but ``fx``.

    ``none`` throws a TypeError without a trace of itself; ``bad`` checks what is
    called; ``it`` checks what is iterated (sentences for ``undefined``, 0 if V8 speaks
    of the value, and for other values). They ask no Proxy anything.
    """
    names = "none bad it isProxy new apply later key"
    none, bad, items, proxy, new, apply, later, key = map(w.name, names.split())
    return (
        f"{{apply:{apply},construct:{new},getOwnPropertyDescriptor:{key}}}="
        f"{root}.Reflect,{later}={root}.Promise.resolve(),"
        f"{none}=(t,f={none})=>{{const e=new {root}.TypeError(t);"
        f"{root}.Error.captureStackTrace(e,f);throw e}},"
        f"{proxy}={root}.process?.getBuiltinModule?.('util').types.isProxy"
        f"??(()=>true),"
        f"{bad}=(v,t)=>{{if(typeof v!='function'||{proxy}(v)?typeof v!='function':"
        f"!{key}(v,'prototype')&&(()=>{{try{{{new}({root}.Object,[],v)}}"
        f"catch{{return 1}}}})()){none}(t,{bad})}},"
        f"{items}=(v,n,o,k)=>{{if(v==null){none}(n===0?"
        f"(v===null?'object null':v)+' is not iterable (cannot read property "
        f"Symbol(Symbol.iterator))':k?n+' (cannot read property '+v+')':n,{items});"
        f"if(typeof v!='string'&&!{proxy}(v)&&"
        f"!({root}.Symbol.iterator in {root}.Object(v))){none}(o,{items})}}"
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
