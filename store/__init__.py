"""Keep the facts: the core types, and the SQLite file that holds them.

In: facts from the other rooms. Out: the same facts, later. Imports no other room.
"""
