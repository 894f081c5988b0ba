"""Take secrets out of captured requests before they reach the disk.

In: headers, paths, bodies. Out: the same with secrets replaced by ``[redacted]``, and
whether anything was. The probe does it first; this is the second net.
"""

from __future__ import annotations

import re
from dataclasses import replace

from store.facts import CapturedRequest

MARK = "[redacted]"

SECRET_NAMES = frozenset(
    """
    authorization proxyauthorization cookie cookies setcookie xapikey apikey api_key
    xauthtoken xaccesstoken xcsrftoken xxsrftoken csrf csrftoken xsrftoken
    accesstoken refreshtoken idtoken authtoken token bearer jwt
    password passwd passphrase pass pwd secret clientsecret secretkey apisecret
    privatekey sshkey signature sig credential credentials auth
    session sessionid sid connectsid phpsessid jsessionid
    xamzsecuritytoken xamzsignature xgoogsignature awssecretaccesskey
    wwwauthenticate proxyauthenticate xforwardedauthorization
    creditcard cardnumber cvv cvc pan ssn pin otp
    """.replace("_", "").split()
)
"""Names of headers, query parameters and fields, after ``normalised``."""

_PATTERNS = (
    re.compile(rb"(?i)\b(?:bearer|basic|digest|negotiate)\s+[A-Za-z0-9._~+/=-]{6,}"),
    re.compile(rb"\beyJ[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*"),
    re.compile(rb"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END[A-Z -]*-----)?"),
)
_CARD = re.compile(rb"(?<![0-9.])[0-9](?:[ -]?[0-9]){12,18}(?![0-9])")
_JSON_FIELD = re.compile(
    rb'("((?:[^"\\\x00-\x1f]|\\.){1,64})"\s*:\s*)'
    rb'("(?:[^"\\]|\\.)*"?|-?[0-9][0-9.eE+-]*)'
)
_FORM_FIELD = re.compile(rb"(?:^|(?<=[?&;]))([^=&;?#\s]{1,64})=([^&;#\s]*)")


def normalised(name: str) -> str:
    """Drop case and ``-_@$. []``, so that X-Api-Key and apiKey are one name."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def is_secret_name(name: str) -> bool:
    """Tell whether a value under this name is taken for a secret."""
    return normalised(name) in SECRET_NAMES


def redact_request(request: CapturedRequest) -> CapturedRequest:
    """Return the request without secrets; ``redacted`` is set if one was found."""
    headers = tuple(
        (name, MARK if is_secret_name(name) else redact_text(value))
        for name, value in request.headers
    )
    path = redact_text(request.path)
    body = redact_bytes(request.body)
    changed = (headers, path, body) != (request.headers, request.path, request.body)
    return replace(
        request,
        headers=headers,
        path=path,
        body=body,
        redacted=request.redacted or changed,
    )


def redact_text(text: str) -> str:
    """Redact a header value or a path with its query."""
    data = text.encode("utf-8", "surrogatepass")
    cleaned = redact_bytes(data)
    return text if cleaned == data else cleaned.decode("utf-8", "replace")


def redact_bytes(data: bytes) -> bytes:
    """Redact values by their look, and fields of JSON and forms by their name."""
    mark = MARK.encode()
    for pattern in _PATTERNS:
        data = pattern.sub(mark, data)
    data = _CARD.sub(lambda m: mark if _is_card(m[0]) else m[0], data)
    if b"=" in data:
        data = _FORM_FIELD.sub(_redact_form_field, data)
    if b'":' in data or b'" :' in data:
        data = _JSON_FIELD.sub(_redact_json_field, data)
    return data


def _redact_form_field(match: re.Match[bytes]) -> bytes:
    if not match[2] or not is_secret_name(match[1].decode("utf-8", "replace")):
        return match[0]
    return match[1] + b"=" + MARK.encode()


def _redact_json_field(match: re.Match[bytes]) -> bytes:
    if not is_secret_name(match[2].decode("utf-8", "replace")):
        return match[0]
    return match[1] + b'"' + MARK.encode() + b'"'


def _is_card(text: bytes) -> bool:
    """Luhn's check over 13 to 19 digits, not all alike."""
    digits = [byte - 48 for byte in text if 48 <= byte <= 57]
    if len(set(digits)) < 2:
        return False
    odd = digits[-1::-2]
    even = [2 * digit for digit in digits[-2::-2]]
    return (sum(odd) + sum(digit - 9 * (digit > 9) for digit in even)) % 10 == 0
