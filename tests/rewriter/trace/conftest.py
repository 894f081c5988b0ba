"""The parser that these tests use."""

from tests.rewriter.trace.harness import open_syntax

__all__ = ["open_syntax"]
