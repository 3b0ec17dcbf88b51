"""PostgreSQL, Qdrant, an encoder and two servers of the API together: same answers, imports seen by both, and what is lost when one goes."""
import json
import signal
import time
import unittest
import urllib.parse

from machines import Load, Postgres, Proxy, Qdrant, postgres_bin
from servers import GO_ON, MODEL, STOP, ServerTest, catalogue, eventually, lines

TEXTS = ["somebody plays an instrument among trees", "bounty hunters in space", "a lake in winter with noodles",
         "notebook that kills", "giant robots against sea monsters", "ghosts drink coffee", "a princess crosses the desert"]


def path(text, **parameters):
    return "/api/v1/search?" + urllib.parse.urlencode({"q": text, "limit": 10, **parameters})


@unittest.skipUnless(MODEL.is_dir() and postgres_bin(), "needs the encoder's weights and PostgreSQL")
class OnServers(ServerTest):
    def setUp(self):
        super().setUp()
        self.postgres = Postgres(self.folder)
        self.addCleanup(self.postgres.stop)
        self.qdrant = Qdrant(self.folder)
        self.addCleanup(self.qdrant.stop)
        self.encoder = self.server("--only", "encoder", name="encoder", model_dir=MODEL, data_dir=self.folder / "nothing")
        self.places = {"database_url": self.postgres.url, "qdrant_url": self.qdrant.url, "qdrant_prefix": self.qdrant.prefix,
                       "encoder_url": f"http://127.0.0.1:{self.encoder.port}", "encoder_timeout": "20"}
        self.records = lines(self.folder / "all.jsonl", catalogue())
        self.run_program("db", "migrate", **self.places)

    def imported(self):
        self.run_program("import", self.records, **self.places)

    def api(self, name="api", **settings):
        api = self.server(name=name, data_dir=self.folder / name, **{**self.places, **settings})
        self.assertTrue(eventually(lambda: api.ready()["status"] == "ready" and api.ready()["encoder"] == "ready", within=60), api.written())
        return api

    def whole(self, api, text):
        """An answer that lacks nothing, waited for a little."""
        self.assertTrue(eventually(lambda: api.search(text)["degraded"] is None, within=20), api.written())
        return api.search(text, limit=10)

    def test_two_servers_answer_alike_and_as_one_folder_would(self):
        self.imported()
        one, two = self.api("one"), self.api("two")
        self.run_program("import", self.records, data_dir=self.folder / "alone", model_dir=MODEL)
        alone = self.server(name="alone", data_dir=self.folder / "alone", model_dir=MODEL)
        self.assertTrue(eventually(lambda: alone.ready()["encoder"] == "ready", within=60))
        same = []
        for text in TEXTS:
            first, second = self.whole(one, text), self.whole(two, text)
            self.assertEqual(first["hits"], second["hits"])
            here = alone.search(text, limit=10)
            self.assertEqual(first["total_filtered"], here["total_filtered"])
            self.assertEqual(first["hits"][0]["id"], here["hits"][0]["id"], text)
            same.append(len(set(self.ids(first)) & set(self.ids(here))))
        print(f"top 10 in common with one folder: {same}")
        self.assertGreaterEqual(sum(same) / len(same), 9)
        filtered = [api.search(TEXTS[0], genre="Drama", type="tv", year="1985..") for api in (one, alone)]
        self.assertEqual(filtered[0]["total_filtered"], filtered[1]["total_filtered"])
        self.assertEqual(self.ids(filtered[0])[:3], self.ids(filtered[1])[:3])
        self.assertEqual(filtered[0]["facets"], filtered[1]["facets"])
        similar = [api.ask("/api/v1/anime/mal:3/similar")[1] for api in (one, alone)]
        self.assertEqual(self.ids(similar[0]), self.ids(similar[1]))

    def test_the_commands_work_on_servers_too(self):
        self.imported()
        found = json.loads(self.run_program("search", TEXTS[0], "--json", **self.places).stdout)
        self.assertIsNone(None if found["degraded"] == "no" else found["degraded"])
        self.assertEqual(self.run_program("export", "--format", "jsonl", **self.places).stdout.count("\n"), 40)
        self.assertIn("nothing had changed", self.run_program("import", self.records, **self.places).stdout)
        self.assertIn("agree on 40 titles", self.run_program("verify", **self.places).stdout)
        self.run_program("recommend", "--like", "mal:3", "--json", **self.places)
        self.run_program("backup", "--out", self.folder / "b.tar", status=2, **self.places)
        self.run_program("search", "x", status=2, qdrant_url="http://127.0.0.1:1")

    def test_an_import_through_one_is_seen_by_the_other(self):
        self.imported()
        one, two = self.api("one"), self.api("two")
        new = lines(self.folder / "new.jsonl", [{"ids": {"mal": 990001}, "titles": {"romaji": "Quagga no Tabi"}, "type": "movie", "year": 2020,
                                                 "age_rating": "pg", "synopsis": {"en": "The last quagga walks home across a desert."}}])
        self.run_program("import", new, **self.places)
        begin = time.monotonic()
        for api in (one, two):
            self.assertTrue(eventually(lambda: 990001 in self.ids(api.search("quagga walking home")), within=20), api.written())
        seen = time.monotonic() - begin
        print(f"an import is seen by both after {seen:.1f} s")
        self.assertLess(seen, 5)
        self.assertEqual(self.ids(self.whole(one, "quagga walking home"))[0], 990001)

    def test_killing_either_server_loses_no_request_at_a_proxy(self):
        self.imported()
        one, two = self.api("one"), self.api("two")
        proxy = Proxy([one.port, two.port])
        self.addCleanup(proxy.stop)
        load = Load(proxy.port, [path(text) for text in TEXTS])
        for api in (one, two):
            time.sleep(1)
            api.kill()
            time.sleep(1)
            api.start()
            eventually(lambda: api.ready()["status"] == "ready", within=60)
        statuses = load.stop()
        print(f"{len(statuses)} requests, {proxy.lost} lost")
        self.assertEqual(set(statuses), {200})
        self.assertEqual(proxy.lost, 0)

    def test_words_answer_without_qdrant_and_meaning_comes_back(self):
        self.imported()
        api = self.api()
        self.whole(api, TEXTS[0])
        self.qdrant.relay.down()
        answer = api.search(TEXTS[1])
        self.assertEqual(answer["degraded"], "dense_unavailable")
        self.assertGreater(len(answer["hits"]), 0)
        self.assertEqual(api.ready()["status"], "degraded")
        self.assertEqual(api.ready()["engines"], {"PostgreSQL": "up", "Qdrant": "down"})
        begin = time.monotonic()
        for text in TEXTS:
            api.search(text)
        self.assertLess(time.monotonic() - begin, 10, "each search waits for an engine that is down")
        # What is imported meanwhile is brought to Qdrant when it is there again.
        new = lines(self.folder / "new.jsonl", catalogue(first=500, count=1))
        self.run_program("import", new, **self.places)
        self.qdrant.relay.up()
        self.assertTrue(eventually(lambda: api.ready()["status"] == "ready", within=15), api.written())
        self.assertTrue(eventually(lambda: api.ready()["titles"] == 41, within=30), api.written())
        self.whole(api, TEXTS[1])

    def test_meaning_answers_without_postgresql_and_words_come_back(self):
        self.imported()
        api = self.api()
        self.whole(api, TEXTS[0])
        self.postgres.kill()
        answer = api.search(TEXTS[1])
        self.assertEqual(answer["degraded"], "lexical_unavailable")
        self.assertGreater(len(answer["hits"]), 0)
        self.assertTrue(eventually(lambda: api.ready()["engines"]["PostgreSQL"] == "down"))
        self.qdrant.relay.down()
        self.assertTrue(eventually(lambda: api.ask(path(TEXTS[2]))[0] == 503))
        self.assertTrue(eventually(lambda: api.ask("/readyz")[0] == 503))
        self.assertEqual(api.ask("/api/v1/search?genre=Drama")[0], 200, "browsing needs no engine")
        self.postgres.start()
        self.qdrant.relay.up()
        self.assertTrue(eventually(lambda: api.ready()["status"] == "ready", within=20), api.written())
        self.whole(api, TEXTS[2])

    def test_a_silent_postgresql_holds_up_neither_searches_nor_the_end(self):
        self.imported()
        api = self.api()
        self.whole(api, TEXTS[0])
        self.postgres.freeze()
        begun = time.monotonic()
        self.assertEqual(api.search(TEXTS[1])["degraded"], "lexical_unavailable")
        self.assertLess(time.monotonic() - begun, 15, "it would wait for ever")
        self.assertTrue(eventually(lambda: api.ready()["engines"]["PostgreSQL"] == "down", within=20))
        self.postgres.thaw()
        self.assertTrue(eventually(lambda: api.ready()["status"] == "ready", within=20), api.written())
        self.whole(api, TEXTS[1])
        self.postgres.freeze()
        api.signal(signal.SIGTERM)
        self.assertEqual(api.process.wait(30), 0)

    def test_a_server_tells_that_qdrant_lost_its_collection(self):
        self.imported()
        api = self.api()
        self.qdrant.forget()
        self.assertTrue(eventually(lambda: api.ready()["engines"]["Qdrant"] == "down"))
        self.run_program("verify", "--repair", **self.places)
        self.assertTrue(eventually(lambda: api.ready()["status"] == "ready", within=20), api.written())
        self.whole(api, TEXTS[0])

    def test_a_damaged_collection_leaves_a_start_its_words_until_it_is_mended(self):
        self.imported()
        self.qdrant.damage([1])
        api = self.server(name="api", data_dir=self.folder / "api", **self.places)
        self.assertTrue(eventually(lambda: api.ready()["titles"] == 40 and api.ready()["encoder"] == "ready", within=60), api.written())
        self.assertEqual(api.search(TEXTS[0])["degraded"], "dense_unavailable")
        self.assertEqual(api.ask("/readyz")[0], 200)
        time.sleep(2.5)
        self.assertEqual((api.ready()["status"], api.ready()["engines"]["Qdrant"]), ("degraded", "down"))
        self.assertEqual(api.written().count("words answer alone"), 1, api.written())
        self.assertNotIn("Qdrant answers again", api.written())
        self.run_program("verify", "--repair", **self.places)
        self.assertTrue(eventually(lambda: api.ready()["status"] == "ready", within=70), api.written())
        self.whole(api, TEXTS[0])

    def test_a_damaged_new_generation_leaves_the_former_one_in_place(self):
        self.imported()
        api = self.api()
        self.whole(api, TEXTS[0])
        api.signal(STOP)
        try:
            self.run_program("import", lines(self.folder / "new.jsonl", catalogue(first=500, count=1)), **self.places)
            self.qdrant.damage([1])
        finally:
            api.signal(GO_ON)
        self.assertTrue(eventually(lambda: "cannot be loaded" in api.written(), within=30), api.written())
        time.sleep(2.5)
        self.assertIsNone(self.whole(api, TEXTS[1])["degraded"])
        self.assertEqual((api.ready()["status"], api.ready()["titles"]), ("ready", 40))
        self.assertEqual(api.written().count("cannot be loaded"), 1, api.written())
        self.run_program("verify", "--repair", **self.places)
        self.assertTrue(eventually(lambda: api.ready()["titles"] == 41, within=70), api.written())

    def test_a_dump_is_restored_and_qdrant_filled_again(self):
        self.imported()
        dump = self.folder / "anireco.dump"
        self.postgres.tool("pg_dump", "--format=custom", f"--file={dump}", "postgres")
        before = self.run_program("export", "--format", "jsonl", **self.places).stdout
        self.run_program("import", lines(self.folder / "new.jsonl", catalogue(first=500, count=2)), **self.places)
        # As docs/operations.md tells: into an empty database. Qdrant is ahead of it.
        self.postgres.tool("createdb", "--maintenance-db=postgres", "--encoding=UTF8", "--template=template0", "--locale=C.UTF-8", "restored")
        self.postgres.tool("pg_restore", "--dbname=restored", "--exit-on-error", "--single-transaction", dump)
        self.places["database_url"] = self.postgres.url.replace("/postgres", "/restored")
        self.run_program("db", "migrate", **self.places)
        self.assertTrue(json.loads(self.run_program("verify", "--repair", "--json", **self.places).stdout)["same"])
        self.assertEqual(self.run_program("export", "--format", "jsonl", **self.places).stdout, before)
        self.whole(self.api(), TEXTS[0])
        self.run_program("import", lines(self.folder / "other.jsonl", catalogue(first=700, count=1)), **self.places)
        self.assertIn("agree on 41 titles", self.run_program("verify", **self.places).stdout)

    def test_verify_finds_what_qdrant_lacks_and_mends_it(self):
        self.imported()
        name = self.qdrant.collections()
        self.assertEqual(len(name), 1)
        self.qdrant.damage([1, 2, 3])
        found = json.loads(self.run_program("verify", "--json", status=1, **self.places).stdout)
        self.assertEqual((found["same"], found["compared"], found["missing"]), (False, True, 3))
        mended = json.loads(self.run_program("verify", "--repair", "--json", **self.places).stdout)
        self.assertTrue(mended["same"])
        self.qdrant.ask("DELETE", f"/collections/{name[0]}")
        self.run_program("verify", status=1, **self.places)
        self.run_program("verify", "--repair", **self.places)
        self.assertIn("agree", self.run_program("verify", **self.places).stdout)

    def test_a_restored_backup_gets_its_vectors_back(self):
        self.imported()
        api = self.api()
        self.whole(api, TEXTS[0])
        backup, generation = self.postgres.dump(), api.ready()["generation"]
        for title in (500, 501):
            self.run_program("import", lines(self.folder / "more.jsonl", catalogue(first=title, count=1)), **self.places)
        self.assertTrue(eventually(lambda: api.ready()["titles"] == 42, within=20), api.written())
        # As a minute later.
        self.qdrant.ask("DELETE", f"/collections/{self.qdrant.prefix}_{generation}")
        self.postgres.restore(backup)
        self.assertTrue(eventually(lambda: api.ready()["titles"] == 40, within=20), api.written())
        self.assertEqual(api.search(TEXTS[1])["degraded"], "dense_unavailable")
        self.assertIn("Qdrant is fed later", self.run_program("import", self.folder / "more.jsonl", **{**self.places, "log_level": "warning"}).stderr)
        self.run_program("verify", "--repair", **self.places)
        self.assertIn("agree on 41 titles", self.run_program("verify", **self.places).stdout)
        self.assertTrue(eventually(lambda: api.ready()["titles"] == 41, within=20), api.written())
        self.whole(api, TEXTS[0])
        self.run_program("import", lines(self.folder / "more.jsonl", catalogue(first=502, count=1)), **self.places)
        self.assertTrue(eventually(lambda: api.ready()["titles"] == 42, within=20), api.written())
        self.whole(api, TEXTS[0])

    def test_postgresql_alone_keeps_the_vectors_in_the_process(self):
        self.places = {key: value for key, value in self.places.items() if not key.startswith("qdrant")}
        self.imported()
        api = self.api()
        self.assertEqual(api.ready()["engines"], {"PostgreSQL": "up"})
        vectors = self.folder / "api" / "vectors"
        (own,) = vectors.iterdir()
        # Of other processes that share the folder: a younger generation, and what is being written.
        others = {vectors / f"00000999-{16 * '0'}.bin", vectors / f"00000003-{16 * '0'}.bin.tmp.abcdef"}
        for other in [*others, vectors / f"00000000-{16 * '0'}.bin"]:
            other.write_bytes(b"x")
        self.run_program("import", lines(self.folder / "new.jsonl", catalogue(first=500, count=1)), **self.places)
        self.assertTrue(eventually(lambda: api.ready()["titles"] == 41, within=30), api.written())
        left = set(vectors.iterdir())
        self.assertLessEqual(others, left)
        self.assertEqual(len(left), 3, left)
        self.assertNotIn(own, left)
        found = json.loads(self.run_program("verify", "--json", **self.places).stdout)
        self.assertEqual((found["same"], found["compared"]), (True, False))
        self.assertIsNone(api.search(TEXTS[0])["degraded"])


@unittest.skipUnless(MODEL.is_dir() and postgres_bin(), "needs the encoder's weights and PostgreSQL")
class Migrate(ServerTest):
    def test_an_address_with_a_password_is_refused_without_repeating_it(self):
        for setting in ("encoder_url", "qdrant_url"):
            refused = self.run_program("config", status=2, **{setting: "http://ann:hidden-word@127.0.0.1:9"})
            self.assertNotIn("hidden-word", refused.stdout + refused.stderr)
            self.assertIn(setting, refused.stderr)

    def test_a_folder_goes_to_servers_and_back(self):
        postgres = Postgres(self.folder)
        self.addCleanup(postgres.stop)
        qdrant = Qdrant(self.folder)
        self.addCleanup(qdrant.stop)
        records = lines(self.folder / "all.jsonl", catalogue())
        self.run_program("import", records, model_dir=MODEL)
        more = lines(self.folder / "more.jsonl", [{"ids": {"mal": 3}, "titles": {"romaji": "Other"}, "score": 9.5, "genres": ["Mystery"]}])
        self.run_program("import", more, "--source", "second", model_dir=MODEL)
        there = ["migrate", "--from", self.folder / "data", "--to", postgres.url, "--qdrant", qdrant.url, "--json"]
        settings = {"data_dir": self.folder / "elsewhere", "qdrant_prefix": qdrant.prefix}
        first = json.loads(self.run_program(*there, **settings).stdout)
        self.assertEqual((first["titles"], first["titles_sent"], first["published"]), (40, 40, True))
        self.assertGreater(first["vectors"], 40)
        again = json.loads(self.run_program(*there, **settings).stdout)
        self.assertEqual((again["titles_sent"], again["vectors_sent"], again["published"]), (0, 0, False))
        self.assertEqual(again["records_sha256"], first["records_sha256"])
        # What Qdrant lost comes back; while it is silent nobody is told that all went well.
        qdrant.forget()
        self.run_program(*there, **settings)
        self.assertIn("agree", self.run_program("verify", database_url=postgres.url, qdrant_url=qdrant.url, **settings).stdout)
        qdrant.relay.down()
        self.assertIn("Qdrant has not", self.run_program(*there, status=1, **settings).stderr)
        qdrant.relay.up()
        back = json.loads(self.run_program("migrate", "--from", postgres.url, "--to", self.folder / "back", "--json", **settings).stdout)
        self.assertEqual(back["records_sha256"], first["records_sha256"])
        self.assertEqual(back["vectors_sha256"], first["vectors_sha256"])
        for folder in ("data", "back"):
            self.run_program("export", "--out", self.folder / f"{folder}.jsonl", data_dir=self.folder / folder)
        self.assertEqual((self.folder / "data.jsonl").read_bytes(), (self.folder / "back.jsonl").read_bytes())
        # Into a place that has other titles it does not go.
        self.run_program("migrate", "--from", postgres.url, "--to", self.folder / "back", "--qdrant", qdrant.url, status=2, **settings)
        other = lines(self.folder / "other.jsonl", catalogue(first=900, count=2))
        self.run_program("import", other, data_dir=self.folder / "other", model_dir=MODEL)
        self.run_program("migrate", "--from", self.folder / "other", "--to", postgres.url, status=2, **settings)


if __name__ == "__main__":
    unittest.main()
