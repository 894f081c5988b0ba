"""Tracing: rewrite a function or a file so that it reports what it does."""

from rewriter.trace.positions import literal_at, literal_at_offset, v8_position
from rewriter.trace.rewrite import rewrite

__all__ = ["literal_at", "literal_at_offset", "rewrite", "v8_position"]
