"""Speak the Chrome DevTools Protocol as values, without a socket.

In: commands to send, texts that arrived. Out: texts to send, and replies, failures and
events. No I/O, no clock: the shell around it owns both.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import Any, cast

from store.errors import ProtocolError

Json = dict[str, Any]


def deadline(told: str | None) -> float:
    """Seconds that a target may take to answer one command; what is no time is 15."""
    try:
        seconds = float(told or "")
    except ValueError:
        return 15.0
    return seconds if 0 < seconds < 3600 else 15.0


DEADLINE_S = deadline(os.environ.get("FLUXION_DEADLINE"))


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a command."""

    command: int
    result: Json


@dataclass(frozen=True, slots=True)
class Failure:
    """A command that the target refused."""

    command: int
    code: int
    message: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something that the target told by itself."""

    method: str
    params: Json


Received = Reply | Failure | Event


class Protocol:
    """One session: numbers its commands and reads what comes back."""

    def __init__(self) -> None:
        """Start with the first command number."""
        self._last = 0

    def send(self, method: str, params: Json | None = None) -> tuple[int, str]:
        """Return the number of a new command and its text."""
        self._last += 1
        message = {"id": self._last, "method": method, "params": params or {}}
        return self._last, json.dumps(message, separators=(",", ":"))

    def receive(self, text: str | bytes) -> list[Received]:
        """Read one message; what is not in the protocol is an error."""
        try:
            message = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ProtocolError("the inspector sent something that is not JSON") from (
                error
            )
        if not isinstance(message, dict):
            raise ProtocolError("the inspector sent a message that is not an object")
        return [_decode(as_object(message))]


def _decode(message: Json) -> Received:
    method, number = message.get("method"), message.get("id")
    if isinstance(method, str):
        return Event(method, as_object(message.get("params")))
    if not isinstance(number, int):
        raise ProtocolError("the inspector sent neither a reply nor an event")
    if isinstance(message.get("error"), dict):
        error = as_object(message["error"])
        code = error.get("code")
        text = str(error.get("message", ""))[:500]
        return Failure(number, code if isinstance(code, int) else 0, text)
    return Reply(number, as_object(message.get("result")))


def as_object(value: Any) -> Json:
    """A JSON object; an empty one for anything else."""
    return cast(Json, value) if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:
    """A JSON array; an empty one for anything else."""
    return list(cast(Any, value)) if isinstance(value, list) else []


def evaluated(result: Json) -> Any:
    """Return the value of a ``Runtime.evaluate``; raise what JavaScript threw."""
    if isinstance(result.get("exceptionDetails"), dict):
        details = as_object(result["exceptionDetails"])
        thrown = as_object(details.get("exception"))
        text = thrown.get("description") or details.get("text") or "an exception"
        raise ProtocolError(f"the target threw: {str(text)[:500]}")
    remote = as_object(result.get("result"))
    return remote["value"] if "value" in remote else remote.get("objectId")
