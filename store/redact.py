"""Take secrets out of everything that is text, before it reaches the disk.

In: headers, paths, bodies, keys, messages, command lines. Out: the same with secrets
replaced by ``[redacted]``. The probe does it first (agent/probe/redact.js has the same
rules); this is the second net, and the one for what no probe sent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from urllib.parse import unquote_to_bytes

from store.facts import CapturedRequest

MARK = "[redacted]"
FOLDED = "*"
"""The key of an object that is used as a table."""

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

_ENDINGS = re.compile(
    r"(?:password|passwd|passphrase|secret|token|apikey|accesskey|privatekey|secretkey"
    r"|credentials?|sessionid)$"
)
_SCHEME = (
    rb"(?:[Bb]earer|[Bb]asic|[Dd]igest|[Nn]egotiate|BEARER|BASIC|DIGEST|NEGOTIATE)"
)
_LOOKS = (
    _SCHEME + rb"\s+[A-Za-z0-9._~+/=-]{6,}",
    rb"eyJ[A-Za-z0-9_-]{4,}\.[A-Za-z0-9_-]{4,}(?:\.[A-Za-z0-9_-]*)?",
    rb"(?:AKIA|ASIA)[0-9A-Z]{16}",
    rb"-----BEGIN [A-Z ]*PRIVATE KEY(?:-----)?[^-]*(?:-----END[A-Z -]*-----)?",
    rb"gh[pousr]_[A-Za-z0-9]{20,}",
    rb"github_pat_\w{20,}",
    rb"[sr]k[-_][\w-]{16,}",
    rb"xox[abeoprs]-[\w-]{8,}",
    rb"AIza[\w-]{30,}",
    rb"glpat-[\w-]{16,}",
    rb"npm_[A-Za-z0-9]{30,}",
    rb"ya29\.[\w-]{16,}",
)
"""What is a credential by its look, whoever says it. The probe has the same list."""
_VALUE = re.compile(rb"(?<![A-Za-z0-9])(?:" + b"|".join(_LOOKS) + rb")")
_USER = re.compile(rb"(?<=://)[^/\s:@]{1,64}:[^/\s@]{1,256}(?=@)")
_QUERY = re.compile(
    rb"((?:[?&;]|%3[Ff]|%26)([^=&;?/\s]{1,64})=)((?!\[redacted\])[^&;\s):]+)"
)
_LONG = re.compile(r"[\w-]{32,}", re.ASCII)
_HEXADECIMAL = re.compile(
    r"(?<![0-9A-Za-z])[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12,}"
    r"(?![0-9A-Za-z])"
)
_MAIL = re.compile(
    r"[A-Za-z0-9_.+%-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*\.[A-Za-z]{2,24}"
)
_ASSIGNED = re.compile(
    r"(?<![\w-])([\w.$@-]{2,64})([\"']?\s*[=:]\s*)"
    r"(?!\[redacted\])(\"[^\"]*\"?|'[^']*'?|[^\s,;&)}\]]+)",
    re.ASCII,
)
_SUSPECT = re.compile(
    _SCHEME + rb"\s"
    rb"|eyJ[\w-]{4}|A[KS]IA[0-9A-Z]{8}|PRIVATE KEY|gh[pousr]_|github_pat_"
    rb"|[sr]k[-_][\w-]{16}|xox[abeoprs]-|AIza[\w-]|glpat-|npm_[A-Za-z0-9]{30}|ya29\."
    rb"|(?:[?&;]|%3[Ff]|%26)[\w.%\[\]-]{1,64}="
    rb"|://[^/\s:@]{1,64}:|[0-9a-zA-Z_.-]@[A-Za-z0-9]|[\w-]{32}"
)
_MANY_DIGITS = re.compile(rb"[0-9](?:[ -]?[0-9]){13}")
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
    """Tell whether a value under this name, or a part of it, is taken for a secret."""
    parts = map(normalised, re.split(r"[.\[\]]+", name))
    return any(one in SECRET_NAMES or _ENDINGS.search(one) for one in parts)


def redact_values(text: str) -> str:
    """Redact what looks like a credential, whatever it is called."""
    return _on_bytes(text, _redact_looks)


def redact_message(text: str) -> str:
    """Redact what an app says: by the look, and what a secret name is given."""
    return _ASSIGNED.sub(_redact_assigned, redact_values(text))


def redact_key(text: str) -> str:
    """Return ``*`` for an object's key, or a computed name, that may be a datum."""
    return FOLDED if looks_like_data(text) else text


def looks_like_data(text: str) -> bool:
    """Tell whether a name may be a token, an identifier, a mail address or a card."""
    return (
        redact_values(text) != text
        or _HEXADECIMAL.search(text) is not None
        or _MAIL.search(text) is not None
        or any(_is_random(found) for found in _LONG.findall(text))
    )


def is_suspect(block: bytes) -> bool:
    """Tell, quickly and too often, whether a block's texts may hold a secret."""
    found = _SUSPECT.search(block) or _MANY_DIGITS.search(block)
    return found is not None


def redact_words(words: Iterable[str]) -> tuple[str, ...]:
    """Redact a command line: ``--token=x``, ``--token x``, what looks like a key."""
    clean: list[str] = []
    taken = False
    for word in words:
        option = re.fullmatch(r"--?([\w.-]+)", word)
        if taken and option is None:
            clean.append(MARK)
            taken = False
            continue
        taken = option is not None and is_secret_name(option[1])
        clean.append(redact_message(word))
    return tuple(clean)


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
    return _on_bytes(text, redact_bytes)


def _on_bytes(text: str, redact: Callable[[bytes], bytes]) -> str:
    data = text.encode("utf-8", "surrogatepass")
    cleaned = redact(data)
    return text if cleaned == data else cleaned.decode("utf-8", "replace")


def _redact_looks(data: bytes) -> bytes:
    mark = MARK.encode()
    data = _USER.sub(mark, _VALUE.sub(mark, data))
    if b"=" in data:
        data = _QUERY.sub(_redact_query, data)
    return _DIGITS.sub(lambda m: mark if _is_card(m[0]) else m[0], data)


def _redact_query(match: re.Match[bytes]) -> bytes:
    return match[1] + MARK.encode() if _is_secret(match[2]) else match[0]


def _redact_assigned(match: re.Match[str]) -> str:
    return f"{match[1]}{match[2]}{MARK}" if is_secret_name(match[1]) else match[0]


def _is_random(text: str) -> bool:
    """A long run of letters and digits that nobody would have written as a name."""
    mixed = any(c.islower() for c in text) and any(c.isupper() for c in text)
    return mixed and len(re.findall(r"[0-9]+", text)) > 2


def redact_bytes(data: bytes) -> bytes:
    """Redact values by their look, and fields of JSON and forms by their name."""
    data = _redact_looks(data)
    if b"=" in data:
        data = _FORM_FIELD.sub(_redact_form_field, data)
    if b'":' in data or b'" :' in data:
        data = _JSON_FIELD.sub(_redact_json_field, data)
    return data


def _redact_form_field(match: re.Match[bytes]) -> bytes:
    if not match[2] or not _is_secret(match[1]):
        return match[0]
    return match[1] + b"=" + MARK.encode()


def _is_secret(name: bytes) -> bool:
    """Tell it of a name in a url, whose letters may be written as numbers."""
    return is_secret_name(unquote_to_bytes(name).decode("utf-8", "replace"))


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
