"""Syntax: a parser process, its columnar tree, and text edits with a map."""
