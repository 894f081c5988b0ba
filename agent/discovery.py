"""Ask an open inspector what it lists, over HTTP.

In: an address. Out: the url of its websocket, a secret, or None where no inspector
answers. No session is opened.
"""

from __future__ import annotations

import http.client
import json
import socket
from typing import Any

from agent.cdp import as_list, as_object
from agent.reach import HERE, Reach

MOST_BYTES = 1 << 20


def discover(
    host: str, port: int, timeout: float = 2.0, reach: Reach = HERE
) -> str | None:
    """Return the ws:// url that an inspector lists, None when there is none."""
    connection = http.client.HTTPConnection(host, port, timeout=timeout)
    try:
        connection.sock = reach.connect(host, port, timeout, socket.socket)
        connection.request("GET", "/json/list", headers={"Host": f"127.0.0.1:{port}"})
        listed = json.loads(connection.getresponse().read(MOST_BYTES))
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
    found = [as_object(one) for one in as_list(listed) if _is_node(one)]
    if not found:
        return None
    path = str(found[0]["webSocketDebuggerUrl"]).rpartition("/")[2]
    return f"ws://{f'[{host}]' if ':' in host else host}:{port}/{path}"


def _is_node(listed: Any) -> bool:
    return isinstance(as_object(listed).get("webSocketDebuggerUrl"), str)
