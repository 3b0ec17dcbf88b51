#!/usr/bin/env python3
"""Checks the starter catalogue: every data/starter/*.jsonl, and data/vocabulary with the names they use: labels.tsv, and the mappings of other
sites' words to it.

usage: tools/check_starter.py [FILE.jsonl...]     without files: all of data/starter

Prints each fault as file:line: reason and exits 1 if there is any, else prints how many records passed. Standard library only.
data/starter/README.md says what the form is.
"""
import glob
import json
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LABELS = os.path.join(ROOT, "data", "vocabulary", "labels.tsv")
MAPPINGS = os.path.join(ROOT, "data", "vocabulary", "mappings")
MAPPED_SOURCES = ["jikan", "kitsu", "mal", "offline", "shikimori"]

KEYS = ["ids", "titles", "type", "status", "episodes", "duration_minutes", "aired_from", "aired_to", "season", "year", "score", "scored_by",
        "members", "figures_date", "genres", "themes", "demographics", "tags", "studios", "source_material", "age_rating", "synopsis",
        "remembered", "image_url", "site_url", "trailer_url", "relations"]
# A leading entry, and one of its franchise (in NNNN-NNNN.related.jsonl).
REQUIRED = ["ids", "titles", "type", "status", "tags", "synopsis", "remembered"]
REQUIRED_RELATED = ["ids", "titles", "type"]
ENUMS = {
    "type": ["tv", "movie", "ova", "ona", "special", "tv_special", "music", "cm"],
    "status": ["finished", "airing", "upcoming"],
    "season": ["winter", "spring", "summer", "fall"],
    "age_rating": ["g", "pg", "pg13", "r17", "r_plus"],
}
INT_IDS = ["mal", "anilist", "kitsu", "anidb"]
TITLES = ["romaji", "english", "native", "russian", "synonyms"]
RELATIONS = ["sequel", "prequel", "parent", "side_story", "summary", "full_story", "alternative", "spin_off"]
ADULT_GENRES = {"Hentai", "Erotica"}
KINDS = {"level", "genre", "theme", "demographic", "tag", "type", "status", "season", "source", "age_rating"}
SYNOPSIS_WORDS = {"en": (60, 120), "ru": (40, 90)}
# Fewer than five and three only where the writer knew the work little.
PHRASES = {"en": (3, 8), "ru": (2, 5)}
PHRASE_WORDS = (3, 12)
TAGS = (5, 10)
TAGS_RELATED = (3, 10)
FILE_NAME = re.compile(r"(\d{4})-(\d{4})(\.related)?\.jsonl")
# Latin, Cyrillic and Japanese, with the punctuation and the marks titles carry.
SCRIPTS = re.compile(r"[\u0000-\u02af\u0370-\u03ff\u0400-\u04ff\u1e00-\u1eff\u2000-\u2bff\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]+")
GREEK_WORD = re.compile(r"[\u0370-\u03ff]{2}")
DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
URL = re.compile(r"https?://[^\s\"<>]+")


def word_count(text):
    return sum(1 for w in text.split() if re.search(r"\w", w))


def cyrillic_share(text):
    letters = [c for c in text if c.isalpha()]
    return sum("\u0400" <= c <= "\u04ff" for c in letters) / len(letters) if letters else 0.0


def is_int(v):
    return isinstance(v, int) and not isinstance(v, bool)


def is_text(v):
    return isinstance(v, str) and v != "" and v == v.strip()


def empties(value, where=""):
    """Paths of every null, empty string and empty list or object."""
    if value is None or value == "" or value == [] or value == {}:
        yield where
    elif isinstance(value, dict):
        for k, v in value.items():
            yield from empties(v, f"{where}.{k}" if where else k)
    elif isinstance(value, list):
        for i, v in enumerate(value):
            yield from empties(v, f"{where}[{i}]")


def in_order(keys, order):
    known = [k for k in keys if k in order]
    return known == sorted(known, key=order.index)


def no_twice(pairs):
    out = {}
    for k, v in pairs:
        if k in out:
            raise ValueError(f"key '{k}' stands twice")
        out[k] = v
    return out


def read_labels(faults):
    """Names by kind; faults of the file itself go to `faults`."""
    labels = {k: set() for k in KINDS}
    path = os.path.relpath(LABELS, ROOT)
    try:
        with open(LABELS, encoding="utf8") as f:
            lines = f.read().split("\n")
    except (OSError, UnicodeDecodeError) as e:
        faults.append(f"{path}:1: cannot be read: {e}")
        return labels
    if lines and lines[-1] == "":
        lines.pop()
    for n, line in enumerate(lines, 1):
        cells = line.split("\t")
        if n == 1:
            if cells != ["kind", "english", "russian"]:
                faults.append(f"{path}:1: the first line must be: kind, english, russian")
            continue
        if len(cells) != 3 or not all(is_text(c) for c in cells):
            faults.append(f"{path}:{n}: needs three filled columns")
            continue
        kind, english, russian = cells
        if kind not in KINDS:
            faults.append(f"{path}:{n}: unknown kind '{kind}'")
            continue
        if english in labels[kind]:
            faults.append(f"{path}:{n}: {kind} '{english}' stands twice")
        labels[kind].add(english)
        if kind not in ("type", "age_rating") and cyrillic_share(russian) < .8:
            faults.append(f"{path}:{n}: '{russian}' is not Russian")
    for kind, values in ENUMS.items():
        for v in values:
            if v not in labels[kind]:
                faults.append(f"{path}:1: no label for {kind} '{v}'")
    return labels


def fold_term(term):
    """As src/gather/term_mapping.cc compares terms."""
    return " ".join(re.sub("[-_/]", " ", term.lower()).split())


def check_mappings(labels, faults):
    """Every target stands in labels.tsv, no line stands twice, a term that is dropped is said nothing else of. Returns the number of terms."""
    found = sorted(f[:-4] for f in os.listdir(MAPPINGS) if f.endswith(".tsv"))
    if found != MAPPED_SOURCES:
        faults.append(f"data/vocabulary/mappings:1: holds {found}, not {MAPPED_SOURCES}")
    total = 0
    for source in found:
        path = os.path.join(MAPPINGS, source + ".tsv")
        shown = os.path.relpath(path, ROOT)
        with open(path, encoding="utf8") as f:
            lines = f.read().split("\n")
        if lines[0].split("\t") != ["term", "kind", "name", "note"] or lines.pop() != "":
            faults.append(f"{shown}:1: the first line must be: term, kind, name, note; and the last line must end")
        spelling, targets = {}, {}
        for n, line in enumerate(lines[1:], 2):
            cells = line.split("\t")
            if len(cells) not in (3, 4) or not all(is_text(c) for c in cells):
                faults.append(f"{shown}:{n}: needs three or four filled columns")
                continue
            term, kind, name = cells[:3]
            folded = fold_term(term)
            if spelling.setdefault(folded, term) != term:
                faults.append(f"{shown}:{n}: '{term}' stands already as '{spelling[folded]}'")
            said = targets.setdefault(folded, [])
            if (kind, name) in said:
                faults.append(f"{shown}:{n}: '{term}' to {kind} '{name}' stands twice")
            said.append((kind, name))
            if kind in ("adult", "-"):
                if name != "-":
                    faults.append(f"{shown}:{n}: kind '{kind}' has the name '-'")
                if kind == "-" and len(cells) == 3:
                    faults.append(f"{shown}:{n}: a dropped term needs a note")
            elif kind not in ("genre", "theme", "demographic", "tag", "source"):
                faults.append(f"{shown}:{n}: unknown kind '{kind}'")
            elif name not in labels[kind]:
                faults.append(f"{shown}:{n}: no {kind} '{name}' in labels.tsv")
        for folded, said in targets.items():
            if len(said) > 1 and ("-", "-") in said:
                faults.append(f"{shown}:1: '{spelling[folded]}' is dropped and kept")
        total += len(targets)
    return total


class Checker:
    def __init__(self, labels):
        self.labels = labels
        self.ids = {}
        self.phrases = {}
        self.targets = []

    def check(self, r, where, related=False):
        """Yields the reasons why record `r` is not in order; `where` is remembered for the checks over all records."""
        if not isinstance(r, dict):
            yield "the line is not an object"
            return
        for path in empties(r):
            yield f"{path} is empty: leave it out"
        for k in r:
            if k not in KEYS:
                yield f"unknown key '{k}'"
        if not in_order(r, KEYS):
            yield "keys are not in the order of the form"
        for k in REQUIRED_RELATED if related else REQUIRED:
            if k not in r:
                yield f"no {k}"
        yield from self.check_ids(r.get("ids"), where)
        yield from self.check_titles(r.get("titles"), related)
        yield from self.check_facts(r)
        yield from self.check_names(r)
        yield from self.check_level(r)
        yield from self.check_tags(r.get("tags"), TAGS_RELATED if related else TAGS)
        yield from self.check_synopsis(r.get("synopsis"))
        yield from self.check_remembered(r.get("remembered"), where)
        yield from self.check_relations(r, where)

    def check_ids(self, ids, where):
        if ids is None:
            return
        if not isinstance(ids, dict):
            yield "ids is not an object"
            return
        if not in_order(ids, INT_IDS + ["imdb"]):
            yield "ids: not in the order of the form"
        if "mal" not in ids:
            yield "ids: no mal"
        for k, v in ids.items():
            if k in INT_IDS:
                if not is_int(v) or v < 1:
                    yield f"ids.{k} is not a positive number"
                    continue
            elif k == "imdb":
                if not isinstance(v, str) or not re.fullmatch(r"tt\d{7,9}", v):
                    yield "ids.imdb is not 'tt' and digits"
                    continue
            else:
                yield f"ids: unknown key '{k}'"
                continue
            first = self.ids.setdefault((k, v), where)
            if first != where:
                yield f"ids.{k} {v} stands already at {first}"

    def check_titles(self, titles, related):
        if titles is None:
            return
        if not isinstance(titles, dict):
            yield "titles is not an object"
            return
        if not in_order(titles, TITLES):
            yield "titles: not in the order of the form"
        for k, v in titles.items():
            if k not in TITLES:
                yield f"titles: unknown key '{k}'"
            elif k != "synonyms" and not is_text(v):
                yield f"titles.{k} is not a trimmed text"
        for k in ("romaji",) if related else ("romaji", "russian"):
            if k not in titles:
                yield f"no titles.{k}"
        russian = titles.get("russian")
        if isinstance(russian, str) and cyrillic_share(russian) == 0:
            yield "titles.russian holds no Cyrillic"
        synonyms = titles.get("synonyms", [])
        if not isinstance(synonyms, list):
            yield "titles.synonyms is not a list"
            return
        seen = {titles.get(k) for k in TITLES[:-1] if isinstance(titles.get(k), str)}
        for s in synonyms:
            if not is_text(s):
                yield f"titles.synonyms: {s!r} is not a trimmed text"
            elif not SCRIPTS.fullmatch(s) or GREEK_WORD.search(s):
                yield f"titles.synonyms: '{s}' is in a script other than Latin, Cyrillic or Japanese"
            elif s in seen:
                yield f"titles.synonyms: '{s}' stands twice"
            else:
                seen.add(s)

    def check_facts(self, r):
        for k, values in ENUMS.items():
            if k in r and r[k] not in values:
                yield f"{k} {r[k]!r} is none of {', '.join(values)}"
        for k in ("episodes", "duration_minutes", "scored_by", "members"):
            if k in r and (not is_int(r[k]) or r[k] < 1):
                yield f"{k} is not a positive number"
        if "year" in r and (not is_int(r["year"]) or not 1900 <= r["year"] <= 2100):
            yield "year is not a year"
        if "score" in r and (isinstance(r["score"], bool) or not isinstance(r["score"], (int, float)) or not 1 <= r["score"] <= 10):
            yield "score is not between 1 and 10"
        for k in ("aired_from", "aired_to", "figures_date"):
            if k in r and (not isinstance(r[k], str) or not DATE.fullmatch(r[k])):
                yield f"{k} is not YYYY, YYYY-MM or YYYY-MM-DD"
        a, b = r.get("aired_from"), r.get("aired_to")
        if isinstance(a, str) and isinstance(b, str) and b < a[:len(b)]:
            yield "aired_to is before aired_from"
        if any(k in r for k in ("score", "scored_by", "members")) and "figures_date" not in r:
            yield "figures without figures_date"
        for k in ("image_url", "site_url", "trailer_url"):
            if k in r and (not isinstance(r[k], str) or not URL.fullmatch(r[k])):
                yield f"{k} is not an http address"

    def check_names(self, r):
        for k, kind in (("genres", "genre"), ("themes", "theme"), ("demographics", "demographic"), ("studios", None)):
            if k not in r:
                continue
            if not isinstance(r[k], list) or not all(is_text(v) for v in r[k]):
                yield f"{k} is not a list of trimmed texts"
                continue
            if len(set(r[k])) != len(r[k]):
                yield f"{k}: a name stands twice"
            for v in r[k] if kind else []:
                if v not in self.labels[kind]:
                    yield f"{k}: '{v}' is not in the vocabulary"
        if "source_material" in r and (not is_text(r["source_material"]) or r["source_material"] not in self.labels["source"]):
            yield f"source_material {r['source_material']!r} is not in the vocabulary"

    @staticmethod
    def check_level(r):
        """The starter catalogue holds nothing adult; src/catalog/level.h has the rule."""
        genres = set(r["genres"]) if isinstance(r.get("genres"), list) else set()
        if r.get("adult") or r.get("age_rating") == "rx" or genres & ADULT_GENRES:
            yield "is adult: the starter catalogue holds no such title"

    def check_relations(self, r, where):
        relations = r.get("relations", [])
        if not isinstance(relations, list):
            yield "relations is not a list"
            return
        seen = set()
        for relation in relations:
            mal = relation.get("ids", {}).get("mal") if isinstance(relation, dict) else None
            if not is_int(mal) or list(relation) != ["kind", "ids"] or list(relation["ids"]) != ["mal"]:
                yield f"relations: {relation!r} is not {{\"kind\": …, \"ids\": {{\"mal\": …}}}}"
                continue
            if relation["kind"] not in RELATIONS:
                yield f"relations: {relation['kind']!r} is none of {', '.join(RELATIONS)}"
            if (relation["kind"], mal) in seen:
                yield f"relations: {relation['kind']} mal:{mal} stands twice"
            seen.add((relation["kind"], mal))
            if mal == (r.get("ids") or {}).get("mal"):
                yield "relations: names the record itself"
            self.targets.append((mal, where))

    def unknown_targets(self):
        """Faults of relations to titles that are in no file; after all records."""
        return [f"{where}: relations: mal:{mal} is in no file" for mal, where in self.targets if ("mal", mal) not in self.ids]

    def check_tags(self, tags, bounds):
        if tags is None:
            return
        if not isinstance(tags, list):
            yield "tags is not a list"
            return
        if not bounds[0] <= len(tags) <= bounds[1]:
            yield f"{len(tags)} tags, not {bounds[0]} to {bounds[1]}"
        seen = set()
        for t in tags:
            if not isinstance(t, dict) or not is_text(t.get("name")):
                yield f"tags: {t!r} has no name"
                continue
            name = t["name"]
            if set(t) - {"name", "spoiler"} or t.get("spoiler", True) is not True:
                yield f"tags: '{name}' has more than a name and \"spoiler\": true"
            if name not in self.labels["tag"]:
                yield f"tags: '{name}' is not in the vocabulary"
            if name in seen:
                yield f"tags: '{name}' stands twice"
            seen.add(name)

    def check_synopsis(self, synopsis):
        if synopsis is None:
            return
        if not isinstance(synopsis, dict) or list(synopsis) != ["en", "ru"]:
            yield "synopsis must hold en and ru, in this order"
            return
        for language, (low, high) in SYNOPSIS_WORDS.items():
            text = synopsis[language]
            if not is_text(text) or "\n" in text or "  " in text:
                yield f"synopsis.{language} is not one trimmed line"
                continue
            n = word_count(text)
            if not low <= n <= high:
                yield f"synopsis.{language} has {n} words, not {low} to {high}"
            yield from self.check_language(text, language, f"synopsis.{language}")

    def check_remembered(self, remembered, where):
        if remembered is None:
            return
        if not isinstance(remembered, dict) or list(remembered) != ["en", "ru"]:
            yield "remembered must hold en and ru, in this order"
            return
        for language, (low, high) in PHRASES.items():
            items = remembered[language]
            key = f"remembered.{language}"
            if not isinstance(items, list):
                yield f"{key} is not a list"
                continue
            if not low <= len(items) <= high:
                yield f"{key} has {len(items)} phrases, not {low} to {high}"
            for item in items:
                text = item
                if isinstance(item, dict):
                    text = item.get("text")
                    if list(item) != ["text", "spoiler"] or item["spoiler"] is not True:
                        yield f"{key}: an object must be {{\"text\": …, \"spoiler\": true}}"
                if not is_text(text):
                    yield f"{key}: {item!r} is not a trimmed text"
                    continue
                n = word_count(text)
                if not PHRASE_WORDS[0] <= n <= PHRASE_WORDS[1]:
                    yield f"{key}: '{text}' has {n} words, not {PHRASE_WORDS[0]} to {PHRASE_WORDS[1]}"
                yield from self.check_language(text, language, f"{key}: '{text}'")
                bare = " ".join(re.findall(r"\w+", text.lower().replace("ё", "е")))
                if bare in self.phrases:
                    yield f"{key}: '{text}' stands already at {self.phrases[bare]}"
                else:
                    self.phrases[bare] = where

    @staticmethod
    def check_language(text, language, what):
        share = cyrillic_share(text)
        if language == "ru" and share < .85:
            yield f"{what} is {share:.0%} Cyrillic, not Russian"
        if language == "en" and share > 0:
            yield f"{what} holds Cyrillic letters"


def main():
    faults, records, leading = [], 0, 0
    paths = sys.argv[1:] or sorted(glob.glob(os.path.join(ROOT, "data", "starter", "*.jsonl")))
    checker = Checker(read_labels(faults))
    if not paths:
        faults.append("data/starter:1: no .jsonl file")
    for path in paths:
        shown = os.path.relpath(path, ROOT) if os.path.abspath(path).startswith(ROOT + os.sep) else path
        try:
            with open(path, encoding="utf8") as f:
                text = f.read()
        except (OSError, UnicodeDecodeError) as e:
            faults.append(f"{shown}:1: cannot be read: {e}")
            continue
        lines = text.split("\n")
        if lines[-1] == "":
            lines.pop()
        else:
            faults.append(f"{shown}:{len(lines)}: no line end at the end of the file")
        name = FILE_NAME.fullmatch(os.path.basename(path))
        related = bool(name and name[3])
        if not name:
            faults.append(f"{shown}:1: the file's name is not NNNN-NNNN.jsonl or NNNN-NNNN.related.jsonl")
        elif not related:
            leading += len(lines)
            if int(name[2]) - int(name[1]) + 1 != len(lines):
                faults.append(f"{shown}:1: {len(lines)} records, but the file's name says {int(name[2]) - int(name[1]) + 1}")
        for n, line in enumerate(lines, 1):
            try:
                record = json.loads(line, object_pairs_hook=no_twice)
            except ValueError as e:
                faults.append(f"{shown}:{n}: not JSON: {e}")
                continue
            records += 1
            faults += [f"{shown}:{n}: {reason}" for reason in checker.check(record, f"{shown}:{n}", related)]
    terms = 0
    if not sys.argv[1:]:
        faults += checker.unknown_targets()
        terms = check_mappings(checker.labels, faults)
    for fault in faults:
        print(fault)
    if not faults:
        print(f"{records} records in order, {leading} of them leading a franchise; {terms} mapped terms")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
