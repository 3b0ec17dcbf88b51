"""Servers of others that the program is tested with: PostgreSQL from Debian's package, Qdrant or its stand-in, and what stands between."""
import http.client
import http.server
import json
import os
import pathlib
import pwd
import signal
import socket
import socketserver
import subprocess
import sys
import threading
import time
import urllib.parse
import uuid

from servers import eventually, free_port

ROOT = pathlib.Path(__file__).resolve().parents[2]


def postgres_bin():
    versions = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: int(p.parts[4].split(".")[0]))
    return versions[-1].parent if versions else None


class Postgres:
    """A server of its own in a folder, as an unprivileged user, which initdb asks for; it can be killed and started again."""

    def __init__(self, folder):
        self.bin, self.data, self.port = postgres_bin(), folder / "postgres", free_port()
        self.log, self.frozen = folder / "postgres.log", []
        self.as_user = {}
        if os.geteuid() == 0:
            names = [u.pw_name for u in pwd.getpwall()]
            name = "postgres" if "postgres" in names else "nobody"
            user = pwd.getpwnam(name)
            self.as_user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
            folder.chmod(0o755)
            self.data.mkdir()
            os.chown(self.data, user.pw_uid, user.pw_gid)
        subprocess.run([self.bin / "initdb", "-D", self.data, "-U", "anireco", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"],
                       check=True, stdout=subprocess.DEVNULL, cwd="/", **self.as_user)
        self.url = f"postgres://anireco@127.0.0.1:{self.port}/postgres"
        self.start()

    def start(self):
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [self.bin / "postgres", "-D", self.data, "-p", str(self.port), "-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={self.data}",
                 "-c", "fsync=off"], stdout=log, stderr=log, cwd="/", **self.as_user)
        ready = [self.bin / "pg_isready", "-h", "127.0.0.1", "-p", str(self.port), "-q"]
        if not eventually(lambda: subprocess.run(ready).returncode == 0, within=60):
            raise AssertionError(self.log.read_text())

    def tool(self, name, *arguments):
        """One of PostgreSQL's own programs, asking this server."""
        subprocess.run([self.bin / name, "--host=127.0.0.1", f"--port={self.port}", "--username=anireco", *map(str, arguments)], check=True)

    def kill(self):
        """At once, with all its sessions, as a machine that is switched off."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(30)

    def freeze(self):
        """Silent but for its connections, which stay: as a machine that hangs."""
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        self.frozen = [self.process.pid, *map(int, children)]
        for pid in self.frozen:
            os.kill(pid, signal.SIGSTOP)

    def thaw(self):
        for pid in self.frozen:
            os.kill(pid, signal.SIGCONT)
        self.frozen = []

    def dump(self):
        """What restore() takes."""
        return subprocess.run([self.bin / "pg_dump", self.url], check=True, capture_output=True).stdout

    def restore(self, dump):
        """In place of all that there is."""
        dump = b"DROP SCHEMA anireco CASCADE;\n" + dump
        subprocess.run([self.bin / "psql", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction", self.url], input=dump, check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def stop(self):
        self.thaw()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(30)


class Relay:
    """Passes connections on to a server; what goes through it can be cut and let through again."""

    def __init__(self, host, port):
        self.target, self.port = (host, port), free_port()
        self.open, self.lock = set(), threading.Lock()
        self.up()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def up(self):
        relay = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                relay.carry(self.request)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

        self.server = Server(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def carry(self, client):
        try:
            other = socket.create_connection(self.target, timeout=30)
        except OSError:
            return
        other.settimeout(None)
        with self.lock:
            self.open |= {client, other}

        def pump(source, sink):
            try:
                while data := source.recv(65536):
                    sink.sendall(data)
            except OSError:
                pass
            for end in (source, sink):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

        back = threading.Thread(target=pump, args=(other, client), daemon=True)
        back.start()
        pump(client, other)
        back.join()
        with self.lock:
            self.open -= {client, other}
        other.close()

    def down(self):
        self.server.shutdown()
        self.server.server_close()
        with self.lock:
            for end in self.open:
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def stop(self):
        self.down()


def listens(host, port):
    with socket.create_connection((host, port), 1):
        return True


class Qdrant:
    """The server of ANIRECO_TEST_QDRANT_URL, else its stand-in; in either case behind a relay, and with names of its own."""

    def __init__(self, folder):
        self.prefix = f"test_{uuid.uuid4().hex[:12]}"
        self.process = None
        given = os.environ.get("ANIRECO_TEST_QDRANT_URL")
        if given:
            url = urllib.parse.urlsplit(given)
            host, port = url.hostname, url.port or 6333
        else:
            host, port = "127.0.0.1", free_port()
            python = os.environ.get("ANIRECO_TEST_PYTHON", sys.executable)
            log = open(folder / "qdrant.log", "ab")
            self.process = subprocess.Popen([python, ROOT / "tests" / "qdrant" / "front.py", "--port", str(port)], stdout=log, stderr=log)
            log.close()
            if not eventually(lambda: self.ended() or listens(host, port), within=60) or self.ended():
                raise AssertionError((folder / "qdrant.log").read_text())
        self.relay = Relay(host, port)
        self.url = self.relay.url

    def ask(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.relay.port, timeout=30)
        try:
            connection.request(method, path, json.dumps(body) if body is not None else None, {"Content-Type": "application/json"})
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()

    def collections(self):
        """Names of the test's own, the newest generation's last."""
        names = [collection["name"] for collection in self.ask("GET", "/collections")["result"]["collections"]]
        return sorted((name for name in names if name.startswith(self.prefix)), key=lambda name: int(name.rsplit("_", 1)[1]))

    def forget(self):
        """Loses all that the test put there."""
        for name in self.collections():
            self.ask("DELETE", f"/collections/{name}")

    def damage(self, points):
        """The newest collection goes on to say that it is complete."""
        answer = self.ask("POST", f"/collections/{self.collections()[-1]}/points/delete?wait=true", {"points": points})
        if answer["status"] != "ok":
            raise AssertionError(answer)

    def ended(self):
        return self.process is not None and self.process.poll() is not None

    def stop(self):
        self.relay.stop()
        if self.process is not None:
            self.process.kill()
            self.process.wait(30)


class Proxy:
    """A proxy before several servers, as simple as they come: takes them in turn, and the next one when one does not answer."""

    def __init__(self, ports):
        self.ports, self.turn, self.lock, self.lost = list(ports), 0, threading.Lock(), 0
        proxy = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                status, body = proxy.pass_on(self.path)
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def pass_on(self, path):
        with self.lock:
            self.turn += 1
            order = self.ports[self.turn % len(self.ports):] + self.ports[:self.turn % len(self.ports)]
        for port in order:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            try:
                connection.request("GET", path)
                answer = connection.getresponse()
                body = answer.read()
                if answer.status != 503:
                    return answer.status, body
            except (OSError, http.client.HTTPException):
                pass
            finally:
                connection.close()
        with self.lock:
            self.lost += 1
        return 502, b"{}"

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Load:
    """Clients that ask a port without a break until it is stopped; keeps every status."""

    def __init__(self, port, paths, clients=3):
        self.port, self.paths, self.statuses, self.ending = port, paths, [], False
        self.threads = [threading.Thread(target=self.ask, args=(n,)) for n in range(clients)]
        for thread in self.threads:
            thread.start()

    def ask(self, n):
        while not self.ending:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            try:
                connection.request("GET", self.paths[n % len(self.paths)])
                answer = connection.getresponse()
                answer.read()
                self.statuses.append(answer.status)
            except (OSError, http.client.HTTPException) as failure:
                self.statuses.append(repr(failure))
            finally:
                connection.close()
            n += 1
            time.sleep(0.02)

    def stop(self):
        self.ending = True
        for thread in self.threads:
            thread.join()
        return self.statuses
