"""The few lines that instrumented code brings with it.

In: a writer. Out: declarations of our names: the probe's ``fx`` (or, where there is
none, one that does nothing), what calls need of ``Reflect`` (the probe has it from
before the app could replace it), and errors in V8's own words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.abi import PROBE_SYMBOL

if TYPE_CHECKING:
    from rewriter.scopes import Scope
    from rewriter.trace.writer import Writer

GLOBALS = ("globalThis", "global")
SHARED = ("fx", "G", "B", "apply", "new", "bad", "none", "it", "later", "list", "above")

# What stands in for the probe: enter() says 0, the others hand back what they got.
ABSENT = (
    "{gates(s,n){for(let i=0;i<n.length;i++)n[i]=1;return n},blocks(s,n){return n},"
    "enter(){return 0},"
    "exit(a,o,v){return v},read(a,s,o,k,v){return v},"
    "write(a,s,o,k,v){return v},readCapture(a,s,n,d,v){return v},"
    "writeCapture(a,s,n,d,v){return v},call(){return 0},done(m,v){return v},"
    "threw(m,e){return e},made(){return 0},opaque(){},came(a,s,h,v){return v},"
    "awaits(a,s,v){return v},ended(){},items(a,s,o){return o},took(){},"
    "around(){return 0}}"
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
    of the value, and for other values). They ask no Proxy anything. ``list`` is a tag
    that returns what it is given.
    """
    names = "none bad it isProxy new apply later key list above"
    none, bad, items, proxy, new, apply, later, key, listed, above = map(
        w.name, names.split()
    )
    # Of another realm, their errors would be, too.
    natives = (
        f"(n=>n&&n.getPrototypeOf(n.apply)===n.getPrototypeOf(()=>0)?n:{root}.Reflect)"
        f"({w.name('fx')}.natives)"
    )
    return (
        f"{{apply:{apply},construct:{new},getOwnPropertyDescriptor:{key},"
        f"getPrototypeOf:{above}}}={natives},{later}=(async()=>{{}})(),"
        f"{listed}=(...l)=>l,"
        f"{none}=(t,f={none})=>{{const e=new {root}.TypeError(t);"
        f"{root}.Error.captureStackTrace(e,f);throw e}},"
        f"{proxy}={root}.process?.getBuiltinModule?.('util').types.isProxy"
        f"??(()=>true),"
        f"{bad}=(v,t)=>{{if(typeof v!='function'||{proxy}(v)?typeof v!='function':"
        f"!{key}(v,'prototype')&&(()=>{{try{{new(new {root}.Proxy(v,"
        f"{{construct:()=>({{}})}}))}}catch{{return 1}}}})()){none}(t,{bad})}},"
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


def gates(w: Writer) -> str:
    """Return the call that gets the gates of a file's functions."""
    return f"{w.name('fx')}.gates({w.script},{w.gates})".replace(" ", "")


def blocks(w: Writer) -> str:
    """Declare what blocks say that they ran in."""
    asked = f"{w.name('fx')}.blocks({w.script},{w.blocks})".replace(" ", "")
    return f"{w.name('B')}={asked}"


def file_header(w: Writer, root: str) -> str:
    """Return what a CommonJS file says first, once its functions are written."""
    fx = f"{w.name('fx')}={probe(root)},{w.name('G')}={gates(w)}"
    return f"const {fx},{blocks(w)},{tools(w, root)};"


def module_names(w: Writer) -> str:
    """Return how each function of a module gets at what the module says first.

    Its functions can run before its first line does (circular imports), so they ask
    a hoisted function.
    """
    names = ",".join(f"{n}:{w.name(n)}" for n in SHARED)
    return f"const {{{names}}}={w.name('x')}();"


def module_header(w: Writer, root: str) -> str:
    """Return what a module says first, once its functions are written."""
    get, names = w.name("x"), ",".join(f"{n}:{w.name(n)}" for n in SHARED)
    fx = f"{w.name('fx')}={probe(root)},{w.name('G')}={gates(w)}"
    return (
        f"function {get}(){{if({get}.m)return {get}.m;"
        f"const {fx},{blocks(w)},{tools(w, root)};return {get}.m={{{names}}}}}"
    )
