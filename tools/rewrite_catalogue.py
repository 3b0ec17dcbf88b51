#!/usr/bin/env python3
"""Rewrites a bulk catalogue as Kitsu and the anime-offline-database would give it, for measuring what search loses on those two.

usage: tools/rewrite_catalogue.py CATALOGUE.jsonl[.gz] OUT_DIR [--relations RELATIONS.tsv] [--users none|members] [--themes] [--origins]
                                  [--read-pages PROGRAM]

CATALOGUE is in the flat form (keys mal_id, title, genres, tags, ...). Written to OUT_DIR:

  kitsu/NNNNNN.json   pages of twenty titles as Kitsu's JSON:API has them: genres and demographics as categories, as far as Kitsu has one of that
                      meaning, and the tags; no studios, no source material; only titles with a synopsis or an id at AniList
  offline.json        every title as the anime-offline-database has it: one list of lower-case tags, no synopsis, no names' languages
  kitsu.jsonl, offline.jsonl   with --read-pages: those pages read by the program's own parsers, for `anireco import --source`

Without options this is less than the two really carry:

  --themes    Themes are left out, and what remains of them is what the tags say. But such a catalogue's tags may lack every word that its own genres,
              themes and demographics say already (the tool prints how many titles have a word in both: none means that they were taken out), while at
              Kitsu "School Life" is a category and in the offline database, which unites the tags of several sites, it is a tag. With --themes they
              are written back: on Kitsu's pages where Kitsu has one category of that meaning, in offline.json where it has one word for it.
  --origins   What a title was made from is left out. With --origins offline.json says "based on a manga" and the like, as Anime-Planet's tags in the
              real file do; originals stay unsaid.
  --users     Nobody's members are in it: none (the default) leaves Kitsu's userCount null, which every real title has; members sets it to a thirtieth
              of the catalogue's members, a stand-in for what Kitsu counts itself.

Deterministic. Standard library only.
"""
import argparse
import gzip
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
MAPPINGS = ROOT / "data" / "vocabulary" / "mappings"
PAGE = 20
STATUSES = {"Finished Airing": ("finished", "FINISHED"), "Currently Airing": ("current", "ONGOING"), "Not yet aired": ("upcoming", "UPCOMING")}
AGES = {"G": ("G", "All Ages"), "PG": ("PG", "Children"), "PG-13": ("PG", "Teens 13 or older"), "R": ("R", "17+ (violence & profanity)"),
        "R+": ("R", "Mild Nudity"), "Rx": ("R18", "Hentai")}
TYPES = {"TV": ("TV", "TV"), "Movie": ("movie", "MOVIE"), "OVA": ("OVA", "OVA"), "ONA": ("ONA", "ONA"), "Special": ("special", "SPECIAL"),
         "TV Special": ("special", "SPECIAL"), "Music": ("music", "SPECIAL"), "PV": ("special", "SPECIAL"), "CM": ("special", "SPECIAL")}


# Genres for which Kitsu has no category of the same meaning.
NO_CATEGORY = {"Award Winning", "Erotica", "Hentai"}


# What a title was made from, as Anime-Planet's tags say it.
ORIGINS = {"Manga": "based on a manga", "4-koma manga": "based on a manga", "Light novel": "based on a light novel", "Novel": "based on a novel",
           "Web novel": "based on a web novel", "Visual novel": "based on a visual novel", "Game": "based on a video game",
           "Video game": "based on a video game", "Web manga": "based on a webtoon", "Card game": "based on a card game",
           "Picture book": "based on a picture book"}


def fold(term):
    return " ".join(re.sub(r"[-_/]", " ", term.lower()).split())


def read_mapping(source):
    """(kind, folded name) to the first of the source's terms that says it and nothing else."""
    terms, says = {}, {}
    for line in (MAPPINGS / f"{source}.tsv").read_text(encoding="utf8").splitlines()[1:]:
        term, kind, name = line.split("\t")[:3]
        terms.setdefault(fold(term), []).append((term, kind, name))
    for rows in terms.values():
        term, kind, name = rows[0]
        if len(rows) == 1 and kind not in ("-", "adult"):
            says.setdefault((kind, fold(name)), term)
    return says


def read_catalogue(path):
    opened = gzip.open(path, "rt", encoding="utf8") if path.endswith(".gz") else open(path, encoding="utf8")
    with opened as f:
        for line in f:
            if line.strip():
                yield json.loads(line)


def read_relations(path):
    related = {}
    if path:
        with open(path, encoding="utf8") as f:
            next(f)
            for line in f:
                first, second = line.split("\t")[:2]
                related.setdefault(int(first), []).append(int(second))
    return related


def words(title, says, options, without=()):
    """What the source's list of terms would hold for a title, in the source's own words."""
    out = []
    kinds = [("genre", title["genres"]), ("demographic", title["demographics"])]
    if options.themes:
        kinds.append(("theme", title["themes"]))
    for kind, names in kinds:
        out += [says[kind, fold(n)] for n in names if (kind, fold(n)) in says and n not in without]
    # A bulk catalogue's tags are such sites' words already.
    return list(dict.fromkeys(out + title["tags"]))


class Kitsu:
    def __init__(self, folder, options):
        self.folder, self.options = folder, options
        self.says = read_mapping("kitsu")
        self.categories = {}
        self.page, self.number = [], 0
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.json"):
            old.unlink()

    def add(self, title):
        self.page.append(title)
        if len(self.page) == PAGE:
            self.flush()

    def flush(self):
        if not self.page:
            return
        data, included = [], {}
        for title in self.page:
            links = []
            for word in words(title, self.says, self.options, NO_CATEGORY):
                number = self.categories.setdefault(word, str(len(self.categories) + 1))
                links.append({"type": "categories", "id": number})
                included["categories", number] = {"title": word, "slug": fold(word).replace(" ", "-"), "nsfw": False}
            sites = [("myanimelist/anime", title["mal_id"])]
            if title["anilist_id"]:
                sites.append(("anilist/anime", title["anilist_id"]))
            mappings = []
            for site, number in sites:
                key = f"{site}-{number}"
                mappings.append({"type": "mappings", "id": key})
                included["mappings", key] = {"externalSite": site, "externalId": str(number)}
            data.append({"id": str(title["mal_id"]), "type": "anime", "links": {}, "attributes": self.attributes(title),
                         "relationships": {"categories": {"data": links}, "mappings": {"data": mappings}}})
        document = {"data": data,
                    "included": [{"id": number, "type": kind, "links": {}, "attributes": a} for (kind, number), a in included.items()],
                    "meta": {"count": 0}, "links": {"first": "", "last": ""}}
        (self.folder / f"{self.number:06}.json").write_text(json.dumps(document, ensure_ascii=False), encoding="utf8")
        self.number += len(self.page)
        self.page = []

    def attributes(self, title):
        age, guide = AGES.get((title["rating"] or "").split(" ")[0], (None, None))
        users = None
        if self.options.users == "members" and title["members"]:
            users = round(title["members"] / 30)
        names = {"en_jp": title["title"], "en": title["title_english"], "ja_jp": title["title_japanese"]}
        return {"createdAt": "", "updatedAt": "", "slug": None, "synopsis": title["synopsis"], "titles": names, "canonicalTitle": title["title"],
                "abbreviatedTitles": [], "averageRating": f"{title['score'] * 10:.2f}" if title["score"] else None, "ratingFrequencies": {},
                "userCount": users, "startDate": title["aired_from"], "endDate": title["aired_to"], "ageRating": age, "ageRatingGuide": guide,
                "subtype": TYPES.get(title["type"], ("TV", ""))[0], "status": STATUSES.get(title["status"], ("finished", ""))[0],
                "posterImage": None, "episodeCount": title["episodes"], "episodeLength": round(title["duration_min"] or 0) or None,
                "youtubeVideoId": None, "nsfw": age == "R18"}


def offline_title(title, related, says, options):
    sources = [f"https://myanimelist.net/anime/{title['mal_id']}"]
    if title["anilist_id"]:
        sources.insert(0, f"https://anilist.co/anime/{title['anilist_id']}")
    season = {"season": (title["season"] or "undefined").upper()}
    if title["year"]:
        season["year"] = title["year"]
    names = [n for n in [title["title_english"], title["title_japanese"], *title["synonyms"]] if n and n != title["title"]]
    tags = words(title, says, options)
    if options.origins and title["source"] in ORIGINS:
        tags.append(ORIGINS[title["source"]])
    entry = {"sources": sources, "title": title["title"], "type": TYPES.get(title["type"], ("", "UNKNOWN"))[1], "episodes": title["episodes"] or 0,
             "status": STATUSES.get(title["status"], ("", "UNKNOWN"))[1], "animeSeason": season, "picture": title["image_url"] or "https://no.example/",
             "thumbnail": title["image_url"] or "https://no.example/", "synonyms": sorted(set(names)),
             "studios": [s.lower() for s in title["studios"]], "producers": [],
             "relatedAnime": sorted(f"https://myanimelist.net/anime/{r}" for r in set(related.get(title["mal_id"], []))),
             "tags": sorted({w.lower() for w in tags})}
    if title["duration_min"]:
        entry["duration"] = {"value": round(title["duration_min"] * 60), "unit": "SECONDS"}
    if title["score"]:
        entry["score"] = {"arithmeticGeometricMean": title["score"], "arithmeticMean": title["score"], "median": title["score"]}
    return entry


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("catalogue")
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--relations")
    parser.add_argument("--users", choices=["none", "members"], default="none")
    parser.add_argument("--themes", action="store_true")
    parser.add_argument("--origins", action="store_true")
    parser.add_argument("--read-pages")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    related = read_relations(options.relations)
    kitsu = Kitsu(options.out / "kitsu", options)
    offline_says = read_mapping("offline")
    titles = repeated = 0
    with open(options.out / "offline.json", "w", encoding="utf8") as f:
        f.write('{"license":{"name":"none","url":"none"},"repository":"none","lastUpdate":"2026-01-01","data":[')
        for title in read_catalogue(options.catalogue):
            f.write(",\n" if titles else "\n")
            f.write(json.dumps(offline_title(title, related, offline_says, options), ensure_ascii=False))
            titles += 1
            repeated += bool({fold(t) for t in title["tags"]} & {fold(t) for k in ("genres", "themes", "demographics") for t in title[k]})
            if title["synopsis"] or title["anilist_id"]:
                kitsu.add(title)
        f.write("\n]}\n")
    kitsu.flush()
    print(f"{titles} titles: {titles} in offline.json, {kitsu.number} on Kitsu's pages, {len(kitsu.categories)} categories; "
          f"{repeated} titles have a tag that is also among their genres, themes or demographics")
    if options.read_pages:
        for name, files in (("kitsu", sorted((options.out / "kitsu").glob("*.json"))), ("offline", [options.out / "offline.json"])):
            with open(options.out / f"{name}.jsonl", "wb") as f:
                subprocess.run([options.read_pages, name, *map(str, files)], stdout=f, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
