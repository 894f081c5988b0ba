"""Scopes: which variable a name means, and what a function takes from outside.

In: a ``Tree``. Out: ``Scopes``. Covers what ECMAScript says of names, Annex B and
separate parameter environments included; does not follow values.
"""

from rewriter.scopes.analysis import analyse
from rewriter.scopes.model import Reference, Scope, Scopes, Variable

__all__ = ["Reference", "Scope", "Scopes", "Variable", "analyse"]
