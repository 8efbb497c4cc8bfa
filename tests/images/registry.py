#!/usr/bin/env python3
"""Serves the images of an OCI layout for pulling, as a registry does: registry.py LAYOUT. Prints its address.

Only what a pull needs of https://github.com/opencontainers/distribution-spec: manifests and blobs, any repository name.
"""
import http.server
import json
import pathlib
import sys

LAYOUT = pathlib.Path(sys.argv[1])
MANIFEST = json.loads((LAYOUT / "index.json").read_text())["manifests"][0]


class Registry(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        kind, _, reference = self.path.split("?")[0].rpartition("/")
        digest = reference if ":" in reference else MANIFEST["digest"]
        blob = LAYOUT / "blobs" / digest.replace(":", "/")
        if self.path.rstrip("/") == "/v2":
            return self.answer(b"{}", "application/json")
        if not kind.endswith(("/manifests", "/blobs")) or not blob.is_file():
            return self.send_error(404)
        is_manifest = kind.endswith("/manifests")
        self.answer(blob.read_bytes(), MANIFEST["mediaType"] if is_manifest else "application/octet-stream", digest)

    do_HEAD = do_GET

    def answer(self, body, kind, digest=None):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if digest:
            self.send_header("Docker-Content-Digest", digest)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def log_message(self, format, *args):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Registry)
print(f"localhost:{server.server_port}", flush=True)
server.serve_forever()
