"""Speak HTTP/1.1 as bytes, without a socket.

In: a captured request; the bytes of one response. Out: the bytes to send; the response
with its headers in the order and letter case in which they came. Nothing is folded or
decoded but the chunked framing, because what is compared is what was sent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from store.facts import CapturedRequest

MAX_HEAD = 1 << 20
_HOP = {"content-length", "transfer-encoding", "expect"}

Ended = Literal["complete", "open", "cut", "silent", "garbage"]


@dataclass(frozen=True, slots=True)
class Answer:
    """One response as it came."""

    status: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    ended: Ended
    """``open``: it had not ended when we stopped listening; ``cut``: the connection
    ended first; ``silent``: nothing came; ``garbage``: not HTTP."""
    latency_ms: float = 0.0

    @property
    def keeps_alive(self) -> bool:
        """Tell whether the connection may carry another request."""
        said = " ".join(v for k, v in self.headers if k.lower() == "connection").lower()
        old = self.status.startswith("HTTP/1.0")
        return self.ended == "complete" and (
            "keep-alive" in said if old else "close" not in said
        )


def encode(request: CapturedRequest) -> bytes:
    """Return the bytes of a request, its body framed by its length."""
    lines = [f"{request.method} {request.path} HTTP/1.1"]
    names = {name.lower() for name, _ in request.headers}
    if "host" not in names:
        lines.append("Host: localhost")
    lines += [
        f"{name}: {value}"
        for name, value in request.headers
        if name.lower() not in _HOP
    ]
    if request.body or names & {"content-length", "transfer-encoding"}:
        lines.append(f"Content-Length: {len(request.body)}")
    head = "\r\n".join(lines) + "\r\n\r\n"
    return head.encode("latin-1", "replace") + request.body


class Response:
    """Put one response together from the bytes that arrive."""

    def __init__(self, method: str) -> None:
        """Take the method of the request: a HEAD has no body."""
        self._method = method
        self._buffer = bytearray()
        self._body = bytearray()
        self._status = ""
        self._headers: tuple[tuple[str, str], ...] = ()
        self._left: int | None = None
        """Bytes to come, of the body or of the chunk; None: until the end."""
        self._state: Literal["head", "plain", "size", "chunk", "trailer", "done"] = (
            "head"
        )
        self._garbage = False

    @property
    def done(self) -> bool:
        """Tell whether nothing more belongs to this response."""
        return self._state == "done"

    @property
    def begun(self) -> bool:
        """Tell whether its head is complete."""
        return self._state != "head"

    @property
    def size(self) -> int:
        """Return how many bytes of the body came so far."""
        return len(self._body)

    def feed(self, data: bytes) -> None:
        """Take what the connection brought."""
        self._buffer += data
        while not self.done and self._step():
            pass

    def end(self, *, patience_over: bool = False) -> Answer:
        """Return the response as it is: the connection ended, or we stop listening."""
        ended: Ended = "complete" if self.done else "cut"
        if self._state == "plain" and self._left is None and not patience_over:
            ended = "complete"
        elif not self.done and patience_over:
            ended = "open" if self.begun else "silent"
        elif not self.begun and not self._buffer:
            ended = "silent"
        if self._garbage:
            ended = "garbage"
        return Answer(self._status, self._headers, bytes(self._body), ended)

    def _step(self) -> bool:
        match self._state:
            case "head":
                return self._read_head()
            case "plain" | "chunk":
                return self._read_body()
            case "size":
                return self._read_size()
            case "trailer":
                return self._read_trailer()
            case _:
                return False

    def _read_head(self) -> bool:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            if len(self._buffer) > MAX_HEAD:
                self._refuse()
            return False
        lines = self._buffer[:end].decode("latin-1").split("\r\n")
        del self._buffer[: end + 4]
        if not re.match(r"HTTP/1\.[01] \d{3}( |$)", lines[0]):
            self._refuse()
            return False
        code = int(lines[0][9:12])
        if 100 <= code < 200 and code != 101:
            return True
        self._status = lines[0]
        self._headers = tuple(_header(line) for line in lines[1:])
        self._frame(code)
        return True

    def _frame(self, code: int) -> None:
        """Decide by which framing the body comes."""
        values = {name.lower(): value for name, value in self._headers}
        length = values.get("content-length", "")
        if self._method == "HEAD" or code in {204, 304}:
            self._state = "done"
        elif "chunked" in values.get("transfer-encoding", "").lower():
            self._state = "size"
        elif length.isascii() and length.isdigit():
            self._left = int(length)
            self._state = "plain" if self._left else "done"
        else:
            self._state = "plain"

    def _read_body(self) -> bool:
        taken = (
            len(self._buffer)
            if self._left is None
            else min(self._left, len(self._buffer))
        )
        if not taken:
            return False
        self._body += self._buffer[:taken]
        del self._buffer[:taken]
        if self._left is not None:
            self._left -= taken
            if not self._left and self._state == "plain":
                self._state = "done"
            elif self._left == 0:
                self._state = "size"
        return True

    def _read_size(self) -> bool:
        line = self._line()
        if line is None:
            return False
        if line == b"":  # the end of the chunk before
            return True
        try:
            self._left = int(line.split(b";")[0], 16)
        except ValueError:
            self._refuse()
            return False
        self._state = "chunk" if self._left else "trailer"
        return True

    def _read_trailer(self) -> bool:
        line = self._line()
        if line is None:
            return False
        if line == b"":
            self._state = "done"
        else:
            self._headers += (_header("trailer " + line.decode("latin-1")),)
        return True

    def _line(self) -> bytes | None:
        end = self._buffer.find(b"\r\n")
        if end < 0:
            return None
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 2]
        return line

    def _refuse(self) -> None:
        self._garbage = True
        self._state = "done"

    @property
    def surplus(self) -> bytes:
        """Return what came after the response ended: it belongs to nothing we asked."""
        return bytes(self._buffer) if self.done else b""


def _header(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name, value.strip(" \t")
