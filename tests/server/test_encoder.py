"""An encoder on another machine: what it encodes, and what happens when it goes. Standard library only."""
import json
import threading
import time
import unittest

from servers import GO_ON, MODEL, STOP, ServerTest, catalogue, eventually, lines

TEXT = "somebody plays an instrument among trees"


@unittest.skipUnless(MODEL.is_dir(), "needs the encoder's weights")
class EncoderElsewhere(ServerTest):
    def setUp(self):
        super().setUp()
        self.keys = self.folder / "keys"
        self.key = self.run_program("key", "api", api_keys=self.keys).stdout.strip()
        self.encoder = self.server("--only", "encoder", name="encoder", model_dir=MODEL, api_keys=self.keys, data_dir=self.folder / "nothing")
        (self.folder / "key").write_text(self.key + "\n")
        self.remote = {"encoder_url": f"http://127.0.0.1:{self.encoder.port}", "encoder_key_file": self.folder / "key"}
        self.records = lines(self.folder / "all.jsonl", catalogue())

    def test_an_import_and_its_searches_are_those_of_a_local_encoder(self):
        self.run_program("import", self.records, **self.remote)
        self.run_program("import", self.records, data_dir=self.folder / "other", model_dir=MODEL)
        far = self.run_program("export", "--format", "npy", "--out", self.folder / "far")
        near = self.run_program("export", "--format", "npy", "--out", self.folder / "near", data_dir=self.folder / "other")
        self.assertEqual(far.returncode, near.returncode)
        for name in ("vectors.npy", "windows.npy", "texts.txt"):
            self.assertEqual((self.folder / "far" / name).read_bytes(), (self.folder / "near" / name).read_bytes(), name)
        there = json.loads(self.run_program("embed", "--query", "--json", TEXT, **self.remote).stdout)
        here = json.loads(self.run_program("embed", "--query", "--json", TEXT, model_dir=MODEL).stdout)
        self.assertEqual(there, here)
        # Requests have an adapter that titles have not; the server keeps them apart.
        title = json.loads(self.run_program("embed", "--json", TEXT, **self.remote).stdout)
        self.assertEqual(title, json.loads(self.run_program("embed", "--json", TEXT, model_dir=MODEL).stdout))

        api = self.server(data_dir=self.folder / "data", **self.remote)
        self.assertEqual(eventually(lambda: api.ready()["encoder"] == "ready"), True)
        local = self.server(name="local", data_dir=self.folder / "other", model_dir=MODEL)
        self.assertEqual(eventually(lambda: local.ready()["encoder"] == "ready", within=60), True)
        for text in (TEXT, "bounty hunters in space", "a lake in winter"):
            one, other = api.search(text), local.search(text)
            self.assertIsNone(one["degraded"])
            self.assertEqual(one["hits"], other["hits"])

    def test_words_answer_while_it_is_gone_and_it_comes_back(self):
        self.run_program("import", self.records, **self.remote)
        api = self.server(data_dir=self.folder / "data", encoder_timeout="1", **self.remote)
        self.assertTrue(eventually(lambda: api.ready()["encoder"] == "ready"))
        self.assertIsNone(api.search(TEXT)["degraded"])
        self.encoder.kill()
        answer = api.search("a thief and a princess")
        self.assertEqual(answer["degraded"], "encoder_unavailable")
        self.assertGreater(len(answer["hits"]), 0)
        # What is remembered needs no encoder.
        self.assertIsNone(api.search(TEXT, limit=5)["degraded"])
        self.assertEqual(api.ready()["encoder"], "unavailable")
        self.assertEqual(api.ready()["status"], "ready")
        self.encoder.start()
        self.assertTrue(eventually(lambda: api.ready()["encoder"] == "ready", within=15))
        self.assertTrue(eventually(lambda: api.search("a thief and a princess")["degraded"] is None, within=15))

    def test_one_that_hangs_holds_nobody_up_for_long(self):
        self.run_program("import", self.records, **self.remote)
        api = self.server(data_dir=self.folder / "data", encoder_timeout="2", **self.remote)
        self.assertTrue(eventually(lambda: api.ready()["encoder"] == "ready"))
        self.encoder.signal(STOP)
        self.addCleanup(self.encoder.signal, GO_ON)
        answers = []
        asking = [threading.Thread(target=lambda n=n: answers.append(api.search(f"words number {n} of a ship"))) for n in range(6)]
        for thread in asking:
            thread.start()
        # The event loop does not wait with them.
        begin = time.monotonic()
        self.assertEqual(api.ask("/healthz")[0], 200)
        self.assertLess(time.monotonic() - begin, 2)
        for thread in asking:
            thread.join(30)
        self.assertEqual([answer["degraded"] for answer in answers], ["encoder_unavailable"] * 6)
        self.encoder.signal(GO_ON)
        self.assertTrue(eventually(lambda: api.search("quite other words")["degraded"] is None, within=15))

    def test_a_server_may_start_before_its_encoder(self):
        self.run_program("import", self.records, **self.remote)
        self.encoder.kill()
        api = self.server(data_dir=self.folder / "data", **self.remote)
        self.assertTrue(eventually(lambda: api.ready()["encoder"] == "unavailable"))
        self.assertEqual(api.search(TEXT)["degraded"], "encoder_unavailable")
        found = self.run_program("search", TEXT, **self.remote)
        self.assertIn("encoder_unavailable", found.stderr)
        self.run_program("import", self.records, status=1, **self.remote)
        self.encoder.start()
        self.assertTrue(eventually(lambda: api.search(TEXT)["degraded"] is None, within=15))

    def test_it_asks_for_its_key_and_serves_nothing_else(self):
        status, _ = self.encoder.ask("/encode", "POST", {"texts": ["a"]})
        self.assertEqual(status, 401)
        status, answer = self.encoder.ask("/encode", "POST", {"texts": ["a", "b"]}, Authorization=f"Bearer {self.key}")
        self.assertEqual((status, len(answer["vectors"]), answer["dimension"]), (200, 2, 384))
        for path in ("/", "/api/v1/search?q=a", "/docs", "/openapi.json"):
            self.assertEqual(self.encoder.ask(path)[0], 404)
        self.assertEqual(self.encoder.ready()["status"], "ready")
        wrong = {**self.remote, "encoder_key_file": self.keys}
        self.assertIn("encoder_key", self.run_program("embed", "a", status=2, **wrong).stderr)


class EncoderForOthers(ServerTest):
    def test_it_does_not_start_without_keys_where_others_reach_it(self):
        for host in ("0.0.0.0", "::", "encoder.example"):
            told = self.run_program("serve", "--only", "encoder", "--host", host, "--port", "0", status=2).stderr
            self.assertIn("api_keys", told)
        (self.folder / "keys").write_text("# none\n")
        told = self.run_program("serve", "--only", "encoder", "--host", "0.0.0.0", "--port", "0", status=2,
                                api_keys=self.folder / "keys", api_key_required="off").stderr
        self.assertIn("has no key", told)


if __name__ == "__main__":
    unittest.main()
