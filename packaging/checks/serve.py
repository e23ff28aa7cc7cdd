"""A server on the loopback for as long as it is needed: the files of a folder, and an npm registry made from them."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import tarfile
import threading
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


def npm_manifest(tarball: Path) -> dict[str, Any]:
    """package.json of an npm package."""
    with tarfile.open(tarball) as opened:
        reader = opened.extractfile("package/package.json")
        if reader is None:
            raise ValueError(f"{tarball.name} has no package.json")
        manifest: dict[str, Any] = json.load(io.TextIOWrapper(reader, "utf-8"))
        return manifest


def _packuments(folder: Path, address: str) -> dict[str, bytes]:
    """What a registry says of each npm package in the folder."""
    found = {}
    for tarball in folder.glob("*.tgz"):
        manifest = npm_manifest(tarball)
        raw = hashlib.sha512(tarball.read_bytes()).digest()
        manifest["dist"] = {
            "tarball": f"{address}/{tarball.name}",
            "integrity": "sha512-" + base64.b64encode(raw).decode(),
        }
        name, version = manifest["name"], manifest["version"]
        packument = {
            "name": name,
            "dist-tags": {"latest": version},
            "versions": {version: manifest},
        }
        found[f"/{name}"] = json.dumps(packument).encode()
    return found


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Serves the folder; the address."""
    pages: dict[str, bytes] = {}

    class Handler(BaseHTTPRequestHandler):
        """Files by name, packuments by package."""

        def do_GET(self) -> None:
            """Answers."""
            path = urllib.parse.unquote(self.path.partition("?")[0])
            body = pages.get(path)
            file = folder / path.lstrip("/")
            if body is None and file.parent == folder and file.is_file():
                body = file.read_bytes()
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    address = f"http://127.0.0.1:{server.server_port}"
    pages.update(_packuments(folder, address))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield address
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
