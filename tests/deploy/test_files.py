"""What the files of deploy/ name is there, and is what the program knows. PyYAML and ANIRECO_TEST_PROGRAM (optional) beside the standard library."""
import importlib.util
import ipaddress
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
DEPLOY = ROOT / "deploy"
# Handled by deploy/entry.sh, not by the program.
OTHERS = {"STARTER_TITLES"}


def logical_lines(text):
    return re.sub(r"\\\n", " ", "\n".join(line for line in text.splitlines() if not line.startswith("#"))).splitlines()


def named_files(cmake_file):
    """Files of the repository that a CMakeLists.txt names, those of loops included; patterns apart."""
    text = re.sub(r"#.*", "", cmake_file.read_text())
    for variable, items, body in re.findall(r"foreach\((\w+) ([^)]*)\)(.*?)endforeach\(\)", text, re.S):
        text += "".join(body.replace("${%s}" % variable, item) for item in items.split())
    for name in re.findall(r'(?<![\w*/$])(?:\$\{PROJECT_SOURCE_DIR\}/)?[\w.-]+(?:/[\w.-]+)*\.(?:cc|tsv|model|json|in|css|js|html)\b', text):
        path = ROOT / name.removeprefix("${PROJECT_SOURCE_DIR}/") if name.startswith("$") else cmake_file.parent / name
        yield str(path.relative_to(ROOT))


class Image(unittest.TestCase):
    def ignored(self, path):
        """As .dockerignore is read: the last line that fits decides."""
        result = False
        for line in (ROOT / ".dockerignore").read_text().splitlines():
            if not line or line.startswith("#"):
                continue
            pattern = line.lstrip("!")
            parts = pathlib.PurePosixPath(path)
            fits = pattern == "*" or path == pattern or path.startswith(pattern + "/")
            fits = fits or (pattern.startswith("**/") and pattern[3:] in parts.parts)
            if fits:
                result = not line.startswith("!")
        return result

    def test_everything_copied_is_there_and_not_ignored(self):
        copied = 0
        for line in logical_lines((DEPLOY / "Dockerfile").read_text()):
            if not line.startswith("COPY ") or "--from=" in line:
                continue
            for source in line.split()[1:-1]:
                copied += 1
                self.assertTrue((ROOT / source).exists(), source)
                self.assertFalse(self.ignored(source), source)
        self.assertGreater(copied, 12)

    def copied_before(self, step):
        """Paths that are copied before the first line that has step in it."""
        paths = []
        for line in logical_lines((DEPLOY / "Dockerfile").read_text()):
            if step in line:
                return paths
            if line.startswith("COPY ") and "--from=" not in line:
                paths += line.split()[1:-1]
        self.fail(step + " is no step of the Dockerfile")

    def assert_copied(self, path, paths):
        self.assertTrue((ROOT / path).is_file(), path)
        self.assertFalse(self.ignored(path), path)
        self.assertTrue(any(path == p or path.startswith(p + "/") for p in paths), path + " is not copied")

    def test_every_file_that_cmake_names_is_copied(self):
        paths = self.copied_before("build_preset release")
        lists = [ROOT / p for p in paths if p.endswith("CMakeLists.txt")]
        lists += [p for copied in paths for p in (ROOT / copied).rglob("CMakeLists.txt")]
        found = set()
        for file in lists:
            found |= set(named_files(file))
        self.assertLessEqual({"tests/tools/import_probe.cc", "tests/tools/text_speed.cc", "data/vocabulary/labels.tsv"}, found)
        for path in sorted(found):
            self.assert_copied(path, paths)

    def test_what_is_put_beside_the_weights_is_copied_before(self):
        spec = importlib.util.spec_from_file_location("fetch_weights", ROOT / "tools" / "fetch_weights.py")
        weights = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(weights)
        paths = self.copied_before("RUN python3 tools/fetch_weights.py")
        for name in weights.ADAPTER_FILES:
            self.assert_copied(str((weights.ADAPTER / name).relative_to(ROOT)), paths)

    def test_what_is_built_or_private_stays_out(self):
        for path in ("build/release/anireco", "web/node_modules/x", "web/dist/index.html", ".git/HEAD", "deploy/api_keys", "deploy/.env", "anireco.ini"):
            self.assertTrue(self.ignored(path), path)

    def test_it_runs_as_nobody_and_says_whether_it_lives(self):
        text = (DEPLOY / "Dockerfile").read_text()
        last = text[text.rindex("\nFROM "):]
        self.assertIn("\nUSER 10001\n", last)
        self.assertIn("HEALTHCHECK", last)
        self.assertEqual(re.findall(r"^FROM (\S+)", text, re.M), ["debian:12-slim"] * 2)


class Compose(unittest.TestCase):
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())

    def test_services_are_confined_and_belong_to_a_profile(self):
        for name, service in self.compose["services"].items():
            self.assertLessEqual(set(service["profiles"]), {"embedded", "tls", "server", "server-tls"}, name)
            self.assertTrue(service["read_only"], name)
            self.assertEqual(service["cap_drop"], ["ALL"], name)

    def test_the_proxy_waits_for_health_and_is_the_one_that_is_trusted(self):
        caddy, behind = self.compose["services"]["caddy"], self.compose["services"]["anireco-behind-caddy"]
        on_servers = self.compose["services"]["anireco-api-behind-caddy"]
        healthy = {"condition": "service_healthy", "required": False}
        self.assertEqual(caddy["depends_on"], {"anireco-behind-caddy": healthy, "anireco-api-behind-caddy": healthy})
        self.assertIn("anireco-behind-caddy:8080", (DEPLOY / "Caddyfile").read_text())
        self.assertEqual(on_servers["networks"]["proxied"]["aliases"], ["anireco-behind-caddy"])
        for service in (behind, on_servers):
            self.assertEqual(caddy["networks"]["proxied"]["ipv4_address"], service["environment"]["ANIRECO_TRUSTED_PROXIES"])
            self.assertNotIn("ports", service)
            self.assertIn("anireco-behind-caddy", service["environment"]["ANIRECO_HOSTS"])

    def test_each_profile_has_what_its_services_wait_for(self):
        services = self.compose["services"]
        for profile, proxied in (("embedded", False), ("tls", True), ("server", False), ("server-tls", True)):
            started = {name for name, service in services.items() if profile in service["profiles"]}
            self.assertEqual("caddy" in started, proxied, profile)
            self.assertEqual("postgres" in started, profile.startswith("server"), profile)
            for name in started:
                for other, how in services[name].get("depends_on", {}).items():
                    self.assertTrue(other in started or how.get("required") is False, f"{profile}: {name} waits for {other}")
            if proxied:
                self.assertEqual(len(started & set(services["caddy"]["depends_on"])), 1, profile)

    def test_what_concerns_the_engines_can_be_set(self):
        for name in ("anireco-api", "anireco-api-behind-caddy"):
            given = self.compose["services"][name]["environment"]
            for key in ("ANIRECO_DATABASE_CONNECTIONS", "ANIRECO_QDRANT_SHARDS", "ANIRECO_QDRANT_REPLICAS"):
                self.assertIn("${%s:-" % key, given[key], name)

    def test_no_other_container_can_be_given_the_address_of_the_proxy(self):
        (pool,) = self.compose["networks"]["proxied"]["ipam"]["config"]
        subnet, dealt = ipaddress.ip_network(pool["subnet"]), ipaddress.ip_network(pool["ip_range"])
        own = ipaddress.ip_address(self.compose["services"]["caddy"]["networks"]["proxied"]["ipv4_address"])
        self.assertTrue(dealt.subnet_of(subnet))
        self.assertIn(own, subnet)
        self.assertNotIn(own, dealt)
        self.assertNotIn(ipaddress.ip_address(pool["gateway"]), dealt)
        self.assertNotEqual(str(own), pool["gateway"])

    def test_engines_are_reached_by_the_program_alone_and_are_there_before_it(self):
        services = self.compose["services"]
        self.assertTrue(self.compose["networks"]["engines"]["internal"])
        for name in ("postgres", "qdrant", "anireco-encoder", "anireco-tables"):
            self.assertEqual(services[name]["networks"], ["engines"], name)
            self.assertNotIn("ports", services[name], name)
        for name in ("anireco-api", "anireco-api-behind-caddy"):
            self.assertEqual(set(services[name]["depends_on"]), {"anireco-tables", "qdrant", "anireco-encoder"})
        self.assertEqual(services["anireco-tables"]["depends_on"], {"postgres": {"condition": "service_healthy"}})
        self.assertIn("anireco-encoder", services["anireco-encoder"]["environment"]["ANIRECO_HOSTS"])
        self.assertEqual(services["postgres"]["image"].split(":")[1].split("-")[0], "15")

    def test_where_everybody_comes_from_one_address_there_are_no_limits_by_address(self):
        published = [s for s in self.compose["services"].values() if s["image"] == "anireco:local" and "ports" in s]
        self.assertEqual(len(published), 2)
        for service in published:
            for name in ("ANIRECO_RATE_LIMIT", "ANIRECO_CONNECTIONS_PER_ADDRESS"):
                self.assertEqual(service["environment"][name], "${%s:-off}" % name)

    def test_secrets_are_files_that_are_made_and_stay_out_of_image_and_repository(self):
        with tempfile.TemporaryDirectory() as folder:
            for turn in range(2):
                subprocess.run(["sh", str(DEPLOY / "secrets.sh"), folder], check=True, stdout=subprocess.DEVNULL)
                made = {p.name: p.read_text() for p in pathlib.Path(folder).iterdir()}
                self.assertEqual(made, made if turn == 0 else first)
                first = made
            # Whoever made them need not be root, and they are readable only: all are replaced, never written again.
            for name in ("database_url", "encoder_keys"):
                before = os.stat(f"{folder}/{name}").st_ino
                subprocess.run(["sh", str(DEPLOY / "secrets.sh"), folder], check=True, stdout=subprocess.DEVNULL)
                self.assertNotEqual(os.stat(f"{folder}/{name}").st_ino, before, name)
        used = {secret for s in self.compose["services"].values() for secret in s.get("secrets", [])} - {"api_keys"}
        self.assertEqual(used, set(made))
        self.assertIn(made["postgres_password"], made["database_url"])
        self.assertIn(made["encoder_key"], made["encoder_keys"])
        for service in self.compose["services"].values():
            for key, value in service.get("environment", {}).items():
                if key.endswith("_FILE") and str(value).startswith("/run/secrets/"):
                    self.assertIn(pathlib.PurePosixPath(value).name, service["secrets"])
        for path in ("deploy/secrets/qdrant_key", "deploy/api_keys", "deploy/.env"):
            ignored = subprocess.run(["git", "check-ignore", path], cwd=ROOT, capture_output=True)
            self.assertEqual(ignored.returncode, 0, path)

    def test_what_the_program_does_not_know_has_not_its_prefix(self):
        for name in ("anireco", "anireco-behind-caddy", "anireco-api", "anireco-api-behind-caddy"):
            given = self.compose["services"][name]["environment"]
            self.assertLessEqual(OTHERS, set(given))
            self.assertEqual({key for key in given if not key.startswith("ANIRECO_")}, OTHERS)

    @unittest.skipUnless(os.environ.get("ANIRECO_TEST_PROGRAM"), "needs the program")
    def test_the_program_takes_its_settings(self):
        for name in ("anireco", "anireco-behind-caddy", "anireco-api", "anireco-api-behind-caddy", "anireco-tables", "anireco-encoder"):
            given = self.compose["services"][name]["environment"]
            plain = {key: re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", str(value)) for key, value in given.items() if key not in OTHERS}
            with tempfile.TemporaryDirectory() as folder:
                for key, value in plain.items():
                    if key.endswith("_FILE"):
                        plain[key] = f"{folder}/{pathlib.PurePosixPath(value).name}"
                        pathlib.Path(plain[key]).write_text("postgres://a:b@c/d\n" if "DATABASE" in key else "a-key\n")
                environment = {k: v for k, v in os.environ.items() if not k.startswith("ANIRECO_")}
                environment |= plain | {"ANIRECO_DATA_DIR": folder}
                program = os.environ["ANIRECO_TEST_PROGRAM"]
                done = subprocess.run([program, "config", "--json"], env=environment, capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("trusted_proxies", json.dumps(json.loads(done.stdout)))


class Entry(unittest.TestCase):
    """deploy/entry.sh with a program that only notes how it was called; an import ends with what IMPORT_ENDS says."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.data = self.folder / "data"
        self.data.mkdir()
        program = self.folder / "anireco"
        program.write_text('#!/bin/sh\necho "$1"\n[ "$1" != serve ] || : >"$ANIRECO_DATA_DIR/catalogue.sqlite"\n'
                           '[ "$1" != import ] || exit "${IMPORT_ENDS:-0}"\n')
        program.chmod(0o755)

    def start(self, *command, **environment):
        given = {"PATH": f"{self.folder}:{os.environ['PATH']}", "ANIRECO_DATA_DIR": str(self.data)} | environment
        # The output ends when the import beside the server does.
        done = subprocess.run(["sh", str(DEPLOY / "entry.sh"), *command], env=given, capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return sorted(done.stdout.split())

    def test_an_empty_catalogue_is_filled_once(self):
        self.assertEqual(self.start("serve", STARTER_TITLES="on"), ["import", "serve"])
        self.assertEqual(self.start("serve", STARTER_TITLES="on"), ["serve"])

    def test_what_was_interrupted_goes_on_at_the_next_start(self):
        self.assertEqual(self.start("serve", STARTER_TITLES="on", IMPORT_ENDS="1"), ["import", "serve"])
        self.assertEqual(self.start("serve", STARTER_TITLES="on"), ["import", "serve"])
        self.assertEqual(self.start("serve", STARTER_TITLES="on"), ["serve"])

    def test_a_catalogue_on_servers_is_filled_once(self):
        servers = {"STARTER_TITLES": "on", "ANIRECO_DATABASE_URL_FILE": "/run/secrets/database_url"}
        self.assertEqual(self.start("serve", IMPORT_ENDS="1", **servers), ["import", "serve"])
        self.assertEqual(self.start("serve", **servers), ["import", "serve"])
        self.assertEqual(self.start("serve", **servers), ["serve"])

    def test_a_catalogue_of_ones_own_and_other_commands_are_left_alone(self):
        self.assertEqual(self.start("config", STARTER_TITLES="on"), ["config"])
        self.assertEqual(self.start("serve"), ["serve"])
        self.assertEqual(self.start("serve", STARTER_TITLES="on"), ["serve"])


class Units(unittest.TestCase):
    def test_server_and_update_use_the_same_paths_and_so_does_the_import_that_is_told(self):
        paths = [sorted(re.findall(r"^Environment=(.*)$", (DEPLOY / name).read_text(), re.M))
                 for name in ("anireco.service", "anireco-update.service")]
        self.assertEqual(paths[0], paths[1])
        self.assertIn("ANIRECO_MODEL_DIR=/usr/local/share/anireco/models/all-MiniLM-L6-v2", paths[0])
        told = (ROOT / "docs" / "operations.md").read_text()
        for line in re.findall(r"^sudo -u anireco env .*$", told, re.M):
            self.assertIn("ANIRECO_MODEL_DIR=/usr/local/share/anireco/models/all-MiniLM-L6-v2", line)
            self.assertIn("ANIRECO_DATA_DIR=/var/lib/anireco", line)
        self.assertRegex(told, r"(?m)^sudo -u anireco env .* anireco import ")


if __name__ == "__main__":
    unittest.main()
