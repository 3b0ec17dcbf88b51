"""A stand-in for a Qdrant server: the part of its REST API that AniReco asks, over the local mode of qdrant-client.

usage: front.py [--port N] [--api-key KEY] [--certificate PEM]

Prints the address it serves under, then one line a failed request. What it lacks of a server: clusters, optimisers, real speed. Bodies are
read by the client's own models, which refuse fields that a server does not know.
"""
import argparse
import json
import re
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from qdrant_client import QdrantClient
from qdrant_client.http import models

VERSION = "1.19.0"


class Refused(Exception):
    """An answer other than 200."""

    def __init__(self, status, reason):
        super().__init__(reason)
        self.status = status


def plain(value):
    return json.loads(value.model_dump_json(exclude_none=True)) if hasattr(value, "model_dump_json") else value


class Front:
    """The server's state: one local client, guarded by a lock, and the collections' metadata."""

    def __init__(self):
        self.client = QdrantClient(":memory:")
        self.lock = threading.Lock()
        self.metadata = {}
        self.specs = {}

    def check(self, name):
        aliases = {a.alias_name: a.collection_name for a in self.client.get_aliases().aliases}
        name = aliases.get(name, name)
        if not self.client.collection_exists(name):
            raise Refused(404, f"Not found: Collection `{name}` doesn't exist!")
        return name

    def create(self, name, body):
        spec = models.CreateCollection.model_validate(body)
        if self.client.collection_exists(name):
            raise Refused(409, f"Wrong input: Collection `{name}` already exists!")
        self.client.create_collection(name, vectors_config=spec.vectors)
        self.metadata[name] = body.get("metadata", {})
        self.specs[name] = body
        return True

    def describe(self, name):
        name = self.check(name)
        count = self.client.count(name).count
        return {"status": "green", "optimizer_status": "ok", "points_count": count, "segments_count": 1, "payload_schema": {},
                "config": {"params": {"vectors": self.specs[name]["vectors"]}, "metadata": self.metadata[name]}}

    def alter(self, name, body):
        models.UpdateCollection.model_validate(body)
        self.metadata[self.check(name)].update(body.get("metadata", {}))
        return True

    def delete(self, name):
        self.metadata.pop(name, None)
        return self.client.delete_collection(name)

    def alias(self, body):
        actions = models.ChangeAliasesOperation.model_validate(body).actions
        return self.client.update_collection_aliases(actions)

    def upsert(self, name, body):
        name = self.check(name)
        points = models.PointsList.model_validate(body).points
        vectors = self.specs[name]["vectors"]
        for point in points:
            for key, value in point.vector.items():
                rows = value if "multivector_config" in vectors[key] else [value]
                if any(len(row) != vectors[key]["size"] for row in rows):
                    raise Refused(400, "Wrong input: Vector dimension error")
        self.client.upsert(name, points)
        return {"operation_id": 0, "status": "completed"}

    def remove(self, name, body):
        self.client.delete(self.check(name), models.PointIdsList.model_validate(body))
        return {"operation_id": 0, "status": "completed"}

    def count(self, name, body):
        request = models.CountRequest.model_validate(body)
        return {"count": self.client.count(self.check(name), count_filter=request.filter).count}

    def query(self, name, body):
        request = models.QueryRequest.model_validate(body)
        answer = self.client.query_points(
            self.check(name), query=request.query, using=request.using, query_filter=request.filter, limit=request.limit or 10,
            with_payload=request.with_payload or False, with_vectors=request.with_vector or False)
        return {"points": [{"id": p.id, "version": 0, "score": p.score} for p in answer.points]}

    def scroll(self, name, body):
        request = models.ScrollRequest.model_validate(body)
        points, following = self.client.scroll(
            self.check(name), scroll_filter=request.filter, limit=request.limit or 10, offset=request.offset,
            with_payload=request.with_payload, with_vectors=request.with_vector or False)
        return {"points": [plain(p) for p in points], "next_page_offset": following}

    def retrieve(self, name, body):
        request = models.PointRequest.model_validate(body)
        points = self.client.retrieve(self.check(name), request.ids, with_payload=request.with_payload or False,
                                      with_vectors=request.with_vector or False)
        return [plain(p) for p in points]

    def index(self, name, body):
        models.CreateFieldIndex.model_validate(body)
        self.check(name)
        return {"operation_id": 0, "status": "completed"}

    def answer(self, method, path, body):
        """The result of a request."""
        with self.lock:
            if (method, path) == ("GET", "/collections"):
                return {"collections": [{"name": c.name} for c in self.client.get_collections().collections]}
            if (method, path) == ("GET", "/aliases"):
                return {"aliases": [plain(a) for a in self.client.get_aliases().aliases]}
            if (method, path) == ("POST", "/collections/aliases"):
                return self.alias(body)
            match = re.fullmatch(r"/collections/([\w-]+)(/.*)?", path)
            if not match:
                raise Refused(404, "no such path")
            name, rest = match.groups()
            calls = {("PUT", None): self.create, ("PATCH", None): self.alter, ("PUT", "/index"): self.index, ("PUT", "/points"): self.upsert,
                     ("POST", "/points/delete"): self.remove, ("POST", "/points/count"): self.count, ("POST", "/points/query"): self.query,
                     ("POST", "/points/scroll"): self.scroll, ("POST", "/points"): self.retrieve}
            if (method, rest) in calls:
                return calls[method, rest](name, body)
            if (method, rest) == ("GET", None):
                return self.describe(name)
            if (method, rest) == ("DELETE", None):
                return self.delete(name)
            raise Refused(404, "no such path")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 5  # As a server does: idle connections are closed.
    wbufsize = -1  # Head and body leave together, or each answer waits for an acknowledgement.
    disable_nagle_algorithm = True

    def respond(self):
        length = int(self.headers.get("Content-Length") or 0)
        text = self.rfile.read(length)
        path = self.path.split("?")[0]
        try:
            if path == "/":
                return self.send(200, {"title": "qdrant - vector search engine", "version": VERSION})
            if self.server.api_key and self.headers.get("api-key") != self.server.api_key:
                raise Refused(403, "Must provide an API key or an Authorization bearer token")
            result = self.server.front.answer(self.command, path, json.loads(text) if text else None)
            return self.send(200, {"result": result, "status": "ok", "time": 0.0})
        except Refused as error:
            return self.fail(error.status, error)
        except ValueError as error:
            return self.fail(400, error)

    def fail(self, status, error):
        print(f"{self.command} {self.path}: {status} {str(error)[:500]}", file=sys.stderr, flush=True)
        self.send(status, {"status": {"error": str(error)}, "time": 0.0})

    def send(self, status, body):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = respond

    def log_message(self, *_):
        pass


def start(port=0, api_key="", certificate=""):
    """A running server; its address is server.url. certificate: a file with the private key too; empty: no TLS."""
    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    server.front = Front()
    server.api_key = api_key
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.url = f"{'https' if certificate else 'http'}://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--api-key", default="")
    parser.add_argument("--certificate", default="")
    options = parser.parse_args()
    server = start(options.port, options.api_key, options.certificate)
    print(server.url, flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
