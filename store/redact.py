"""Take secrets out of captured requests before they reach the disk.

In: headers, paths, bodies. Out: the same with secrets replaced by ``[redacted]``, and
whether anything was. The probe does it first; this is the second net.
"""

from __future__ import annotations

import re
from dataclasses import replace

from store.facts import CapturedRequest

MARK = "[redacted]"

_NAMES = (
    "accesstoken apikey apisecret auth authorization authtoken awssecretaccesskey "
    "bearer cardnumber ccnumber clientsecret connectsid cookie cookies credential "
    "credentials creditcard csrftoken cvc cvv idtoken jsessionid jwt otp passphrase "
    "passwd password phpsessid pin privatekey proxyauthorization pwd refreshtoken "
    "secret secretkey sessionid sessiontoken setcookie sid signature sshkey ssn token "
    "xaccesstoken xamzsecuritytoken xamzsignature xapikey xauthtoken xcsrftoken "
    "xsrftoken xxsrftoken xforwardedauthorization "
)
SECRET_NAMES = frozenset(_NAMES.split())
"""Names of headers, query parameters and fields, after ``normalised``."""

_PATTERNS = (
    re.compile(rb"(?i)\b(?:bearer|basic|digest|negotiate)\s+[A-Za-z0-9._~+/=-]{6,}"),
    re.compile(rb"\beyJ[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]*"),
    re.compile(rb"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(?:-----END[A-Z -]*-----)?"),
)
_DIGITS = re.compile(rb"(?<![0-9.])[0-9](?:[ -]?[0-9]){13,18}(?![0-9])")
_CARD = re.compile(
    rb"4\d{15}(?:\d{3})?|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|35\d{14}"
    rb"|3(?:0[0-5]|[689]\d)\d{11}|6(?:011|4[4-9]\d|[25]\d\d)\d{12,15}"
)
"""Prefix and length of the issuers' numbers; a bar code is no card."""
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
    data = _DIGITS.sub(lambda m: mark if _is_card(m[0]) else m[0], data)
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
    """Tell whether digits are a card's number: its issuer's form, and Luhn's check."""
    number = bytes(byte for byte in text if 48 <= byte <= 57)
    if not _CARD.fullmatch(number):
        return False
    digits = [byte - 48 for byte in number]
    twice = [2 * digit for digit in digits[-2::-2]]
    checked = sum(digits[-1::-2]) + sum(digit - 9 * (digit > 9) for digit in twice)
    return checked % 10 == 0
