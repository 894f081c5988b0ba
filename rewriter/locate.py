"""Find which loaded script a ``require`` means.

In: the paths of the loaded scripts. Out: a script number for a specifier. Node's
resolution over paths that exist as loaded scripts; the disk is not read.
"""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from typing import TYPE_CHECKING

from rewriter.allow import words

if TYPE_CHECKING:
    from collections.abc import Mapping

BUILTINS = words(
    "assert assert/strict async_hooks buffer child_process cluster console "
    "constants crypto dgram diagnostics_channel dns dns/promises domain "
    "events fs fs/promises http http2 https inspector module net os path "
    "path/posix path/win32 perf_hooks process punycode querystring readline "
    "readline/promises repl sqlite stream stream/consumers stream/promises "
    "stream/web string_decoder sys test timers timers/promises tls "
    "trace_events tty url util util/types v8 vm wasi worker_threads zlib"
)
ENDINGS = ("", ".js", ".json", ".cjs", "/index.js", "/index.json", "/index.cjs")


RELATIVE = re.compile(r"""require\(\s*['"](\.[^'"]*)['"]\s*\)""")


class Paths:
    """The loaded scripts by path."""

    def __init__(self, paths: Mapping[str, int], texts: Mapping[int, str]) -> None:
        """Take script numbers by absolute path, and their texts."""
        self._paths = dict(paths)
        self._texts = texts
        self._below: defaultdict[str, list[str]] = defaultdict(list)
        for path in paths:
            folder, marker, rest = path.rpartition("/node_modules/")
            if marker:
                parts = rest.split("/")
                name = "/".join(parts[: 2 if rest.startswith("@") else 1])
                self._below[f"{folder}/node_modules/{name}"].append(path)

    def find(self, specifier: str, importer: str) -> int | str | None:
        """Return a script number, the name of a built-in, or None."""
        name = specifier.removeprefix("node:")
        if specifier.startswith("node:") or name in BUILTINS:
            return name
        if specifier.startswith((".", "/")):
            base = posixpath.normpath(
                posixpath.join(posixpath.dirname(importer), specifier)
            )
            return self._file(base) or self._package(base, importer)
        folder = posixpath.dirname(importer)
        while True:
            if posixpath.basename(folder) != "node_modules":
                base = posixpath.normpath(f"{folder}/node_modules/{specifier}")
                found = self._file(base) or self._package(base, importer)
                if found is not None:
                    return found
            if folder in {"/", ""}:
                return self._linked(specifier, importer)
            folder = posixpath.dirname(folder)

    def _linked(self, specifier: str, importer: str) -> int | None:
        """Return a package that stands elsewhere, behind a symbolic link.

        Node names a file by its real path, so with linked folders (pnpm, ``npm link``)
        the importer's own node_modules is on no loaded path. The one loaded package
        of that name is meant; of several, none is certain.
        """
        parts = specifier.split("/")
        size = 2 if specifier.startswith("@") else 1
        name = "/node_modules/" + "/".join(parts[:size])
        bases = [base for base in self._below if base.endswith(name)]
        if len(bases) != 1:
            return None
        base = posixpath.join(bases[0], *parts[size:])
        return self._file(base) or self._package(base, importer)

    def _file(self, base: str) -> int | None:
        for ending in ENDINGS:
            found = self._paths.get(base + ending)
            if found is not None:
                return found
        return None

    def _package(self, base: str, importer: str) -> int | None:
        """Return the main file of a package folder, None when it is not certain.

        ``package.json`` is no script. The main file is the one that no file of the
        package requires by a relative path; of several, the one with a usual name.
        """
        inside = self._below.get(base) or [
            path
            for path in self._paths
            if path.startswith(base + "/") and "/node_modules/" not in path[len(base) :]
        ]
        inner = {self._paths.get(importer)}
        for path in inside:
            for specifier in RELATIVE.findall(self._texts.get(self._paths[path], "")):
                if specifier.rstrip("/") not in {".", ".."} or path != importer:
                    inner.add(self._relative(specifier, path))
        roots = [path for path in inside if self._paths[path] not in inner]
        if len(roots) == 1:
            return self._paths[roots[0]]
        usual = [f"{base}/{name}" for name in _main_names(posixpath.basename(base))]
        return next((self._paths[path] for path in usual if path in roots), None)

    def _relative(self, specifier: str, importer: str) -> int | None:
        folder = posixpath.dirname(importer)
        return self._file(posixpath.normpath(posixpath.join(folder, specifier)))


def _main_names(short: str) -> list[str]:
    """Return where packages keep their main file, most usual first."""
    stems = [f"{short}.cjs.js", f"{short}.cjs", f"{short}-node.js", f"{short}.js"]
    stems += [f"{short}.umd.js", f"{short}.min.js", "index.cjs", "index.js", "main.js"]
    folders = ("", "lib/", "dist/", "dist/cjs/", "src/", "build/", "lib/server/")
    return [folder + stem for folder in folders for stem in stems]
