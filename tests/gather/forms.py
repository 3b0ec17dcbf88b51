"""The documented answers of each source, made of generated titles. Standard library only.

MyAnimeList API v2, Kitsu's JSON:API, Shikimori's GraphQL, Jikan v4, the files of anime-offline-database.
"""
import json
import re

from generated_titles import DEMOGRAPHICS, GENRES, GENRES_RU, THEMES

STATUS_MAL = {"finished": "finished_airing", "airing": "currently_airing", "upcoming": "not_yet_aired"}
STATUS_KITSU = {"finished": "finished", "airing": "current", "upcoming": "upcoming"}
STATUS_OFFLINE = {"finished": "FINISHED", "airing": "ONGOING", "upcoming": "UPCOMING"}
STATUS_SHIKIMORI = {"finished": "released", "airing": "ongoing", "upcoming": "anons"}
STATUS_JIKAN = {"finished": "Finished Airing", "airing": "Currently Airing", "upcoming": "Not yet aired"}
RELATED_TEXT = {"sequel": "Sequel", "prequel": "Prequel"}


def names(title):
    """Genres, themes and demographic in one list, as MyAnimeList's API gives them."""
    found = [GENRES[g] for g in title.genres] + [THEMES[t] for t in title.themes]
    return found + ([title.demographic] if title.demographic else [])


def number_of(name):
    return (GENRES + THEMES + DEMOGRAPHICS).index(name) + 1


def picture(title):
    return f"https://images.example/{title.mal}"


# MyAnimeList -------------------------------------------------------------------------------------
def mal_node(title, fields):
    whole = {
        "id": title.mal, "title": title.name,
        "main_picture": {"medium": picture(title) + ".jpg", "large": picture(title) + "l.jpg"},
        "alternative_titles": {"synonyms": title.synonyms, "en": title.english, "ja": title.native},
        "start_date": title.start, "end_date": title.end, "synopsis": title.synopsis, "mean": title.score, "rank": title.rank,
        "popularity": title.rank, "num_list_users": title.members, "num_scoring_users": title.scored_by,
        "nsfw": "black" if title.adult else "white",
        "genres": [{"id": number_of(n), "name": n} for n in names(title)],
        "media_type": title.type, "status": STATUS_MAL[title.status], "num_episodes": title.episodes,
        "start_season": {"year": title.year, "season": title.season}, "source": title.source,
        "average_episode_duration": title.minutes * 60, "rating": "rx" if title.adult else "pg_13",
        "studios": [{"id": 1, "name": title.studio}],
    }
    always = {"id", "title", "main_picture"}
    # A field that is not known is left out, not null.
    return {k: v for k, v in whole.items() if (k in fields or k in always) and v is not None}


def mal_ranking(titles, query, address):
    kind = query["ranking_type"][0]
    limit, offset = min(int(query.get("limit", ["100"])[0]), 500), int(query.get("offset", ["0"])[0])
    fields = set(query.get("fields", [""])[0].split(","))
    found = [t for t in titles if kind == "bypopularity" or t.status == kind]
    found = sorted(found, key=lambda t: t.rank)
    page = found[offset:offset + limit]
    paging = {}
    if offset + limit < len(found):
        paging["next"] = f"{address}/v2/anime/ranking?ranking_type={kind}&limit={limit}&offset={offset + limit}"
    if offset > 0:
        paging["previous"] = f"{address}/v2/anime/ranking?ranking_type={kind}&limit={limit}&offset={max(0, offset - limit)}"
    return {"data": [{"node": mal_node(t, fields), "ranking": {"rank": offset + i + 1, "previous_rank": None}} for i, t in enumerate(page)], "paging": paging}


# Kitsu -------------------------------------------------------------------------------------------
def kitsu_anime(title, address):
    here = f"{address}/api/edge/anime/{title.kitsu}"
    image = {size: f"{picture(title)}/{size}.jpg" for size in ("tiny", "small", "medium", "large", "original")}
    relationships = {name: {"links": {"self": f"{here}/relationships/{name}", "related": f"{here}/{name}"}}
                     for name in ("genres", "castings", "installments", "reviews", "mediaRelationships", "characters", "staff", "productions",
                                  "quotes", "episodes", "streamingLinks", "animeProductions", "animeCharacters", "animeStaff")}
    for name, items in (("categories", [number_of(n) for n in names(title)]), ("mappings", [title.kitsu * 10 + i for i in range(3)])):
        relationships[name] = {"links": {"self": f"{here}/relationships/{name}", "related": f"{here}/{name}"},
                               "data": [{"type": name, "id": str(i)} for i in items]}
    return {
        "id": str(title.kitsu), "type": "anime", "links": {"self": here},
        "attributes": {
            "createdAt": "2013-02-20T16:00:13.609Z", "updatedAt": "2025-01-01T00:00:00.000Z", "slug": f"title-{title.kitsu}",
            "synopsis": title.synopsis, "description": title.synopsis, "coverImageTopOffset": 0,
            "titles": {k: v for k, v in (("en", title.english), ("en_jp", title.name), ("ja_jp", title.native)) if v},
            "canonicalTitle": title.name, "abbreviatedTitles": title.synonyms,
            "averageRating": None if title.score is None else f"{title.score * 10:.2f}",
            "ratingFrequencies": {"2": "1", "20": str(title.scored_by)}, "userCount": title.members, "favoritesCount": 1,
            "startDate": title.start, "endDate": title.end, "nextRelease": None, "popularityRank": title.rank, "ratingRank": title.rank,
            "ageRating": "R18" if title.adult else "PG", "ageRatingGuide": None if title.adult else "Teens 13 or older",
            "subtype": {"tv": "TV", "ova": "OVA", "ona": "ONA"}.get(title.type, title.type), "status": STATUS_KITSU[title.status],
            "tba": None, "posterImage": dict(image, meta={"dimensions": {}}), "coverImage": None, "episodeCount": title.episodes or None,
            "episodeLength": title.minutes or None, "totalLength": title.minutes * title.episodes, "youtubeVideoId": None,
            "showType": title.type, "nsfw": title.adult,
        },
        "relationships": relationships,
    }


def kitsu_included(titles, address):
    categories = {}
    for title in titles:
        for name in names(title):
            categories[number_of(name)] = name
        for i, (site, number) in enumerate((("myanimelist/anime", title.mal), ("anilist/anime", title.anilist), ("anidb", title.anidb))):
            key = title.kitsu * 10 + i
            yield {"id": str(key), "type": "mappings", "links": {"self": f"{address}/api/edge/mappings/{key}"},
                   "attributes": {"createdAt": "2013-02-20T16:00:13.609Z", "updatedAt": "2013-02-20T16:00:13.609Z",
                                  "externalSite": site, "externalId": str(number)},
                   "relationships": {"item": {"links": {}}}}
    for number, name in sorted(categories.items()):
        yield {"id": str(number), "type": "categories", "links": {"self": f"{address}/api/edge/categories/{number}"},
               "attributes": {"createdAt": "2017-05-31T06:38:37.000Z", "updatedAt": "2017-05-31T06:38:37.000Z", "title": name,
                              "description": None, "totalMediaCount": 1, "slug": name.lower().replace(" ", "-"), "nsfw": False,
                              "childCount": 0},
               "relationships": {}}


def kitsu_page(titles, query, address, more=0):
    """`more`: how many too many the count says."""
    limit, offset = min(int(query.get("page[limit]", ["10"])[0]), 20), int(query.get("page[offset]", ["0"])[0])
    wanted = query.get("filter[status]", [""])[0]
    found = [t for t in titles if not wanted or STATUS_KITSU[t.status] in wanted.split(",")]
    page = found[offset:offset + limit]

    def link(to):
        return f"{address}/api/edge/anime?page%5Blimit%5D={limit}&page%5Boffset%5D={max(0, to)}"
    links = {"first": link(0), "last": link(len(found) - limit)}
    if offset > 0:
        links["prev"] = link(offset - limit)
    if offset + limit < len(found):
        links["next"] = link(offset + limit)
    answer = {"data": [kitsu_anime(t, address) for t in page], "meta": {"count": len(found) + more}, "links": links}
    if "include" in query:
        answer["included"] = list(kitsu_included(page, address))
    return answer


# anime-offline-database --------------------------------------------------------------------------
def offline_urls(title):
    return [f"https://anidb.net/anime/{title.anidb}", f"https://anilist.co/anime/{title.anilist}",
            f"https://kitsu.app/anime/{title.kitsu}", f"https://myanimelist.net/anime/{title.mal}"]


def offline_file(titles):
    return {
        "$schema": "https://example.org/anime-offline-database-minified.schema.json",
        "license": {"name": "ODbL", "url": "https://opendatacommons.org/licenses/odbl/1-0/"},
        "repository": "https://github.com/manami-project/anime-offline-database",
        "scoreRange": {"minInclusive": 1, "maxInclusive": 10}, "lastUpdate": "2025-06-01",
        "data": [{
            "sources": offline_urls(t), "title": t.name, "type": t.type.upper() if t.type in ("tv", "movie", "ova", "ona", "special") else "UNKNOWN",
            "episodes": t.episodes, "status": STATUS_OFFLINE[t.status], "animeSeason": {"season": t.season.upper(), "year": t.year},
            "picture": picture(t) + ".jpg", "thumbnail": picture(t) + "t.jpg",
            **({"duration": {"value": t.minutes * 60, "unit": "SECONDS"}} if t.minutes else {}),
            **({"score": {"arithmeticGeometricMean": t.score, "arithmeticMean": t.score, "median": t.score}} if t.score else {}),
            "synonyms": sorted({t.native, *t.synonyms}), "studios": [t.studio.lower()], "producers": [],
            "relatedAnime": [url for _, other in t.related for url in offline_urls(other)],
            "tags": sorted(n.lower() for n in names(t)),
        } for t in titles],
    }


# Shikimori ---------------------------------------------------------------------------------------
def shikimori_anime(title):
    def date(text):
        year, month, day = (int(part) for part in text.split("-"))
        return {"year": year, "month": month, "day": day, "date": text}
    return {
        "id": str(title.mal), "malId": str(title.mal), "name": title.name, "russian": title.russian, "licenseNameRu": "",
        "english": title.english or None, "japanese": title.native, "synonyms": title.synonyms,
        "kind": title.type, "rating": "rx" if title.adult else "pg_13", "score": title.score or 0.0, "status": STATUS_SHIKIMORI[title.status],
        "episodes": title.episodes, "episodesAired": title.episodes, "duration": title.minutes or None,
        "airedOn": date(title.start), "releasedOn": date(title.end) if title.end else {"year": None, "month": None, "day": None, "date": None},
        "url": f"https://shikimori.one/animes/{title.mal}", "season": f"{title.season}_{title.year}", "origin": title.source,
        "isCensored": title.adult, "poster": {"id": "1", "originalUrl": picture(title) + ".jpg", "mainUrl": picture(title) + ".jpg"},
        "genres": [{"id": str(g), "name": GENRES[g], "russian": GENRES_RU[g], "kind": "genre"} for g in title.genres],
        "studios": [{"id": "1", "name": title.studio, "imageUrl": None}],
        "description": title.synopsis_ru + " [spoiler=конец]Тайна[/spoiler]", "descriptionSource": None,
        "related": [{"id": "1", "relationKind": kind, "relationText": RELATED_TEXT[kind],
                     "anime": {"id": str(other.mal), "malId": str(other.mal), "name": other.name}, "manga": None} for kind, other in title.related],
    }


def selection(text):
    """The names asked for within braces, as {name: selection or None}; raises ValueError for what is no selection."""
    tokens = re.findall(r"[{}]|\w+|\S", re.sub(r"\([^)]*\)", "", text))

    def read(at):
        fields = {}
        while at < len(tokens) and tokens[at] != "}":
            if not re.fullmatch(r"\w+", tokens[at]):
                raise ValueError(f"unexpected {tokens[at]!r}")
            name, inner, at = tokens[at], None, at + 1
            if at < len(tokens) and tokens[at] == "{":
                inner, at = read(at + 1)
            fields[name] = inner
        if at == len(tokens):
            raise ValueError("a brace is not closed")
        return fields, at + 1
    if not tokens or tokens[0] != "{":
        raise ValueError("no selection")
    return read(1)[0]


def select(value, fields):
    if fields is None or value is None:
        return value
    if isinstance(value, list):
        return [select(item, fields) for item in value]
    return {name: select(value[name], inner) for name, inner in fields.items()}


def shikimori_graphql(titles, body):
    query = json.loads(body)["query"]
    try:
        fields = selection(query)["animes"]
        arguments = dict(re.findall(r'(\w+):\s*("[^"]*"|\w+)', re.search(r"animes\(([^)]*)\)", query).group(1)))
        page, limit = int(arguments.get("page", 1)), min(int(arguments.get("limit", 2)), 50)
        wanted = arguments.get("status", '""').strip('"')
        found = [t for t in titles if not wanted or STATUS_SHIKIMORI[t.status] in wanted.split(",")]
        if arguments.get("censored", "true") != "false":
            found = [t for t in found if not t.adult]
        found.sort(key=lambda t: t.mal)
        return {"data": {"animes": [select(shikimori_anime(t), fields) for t in found[(page - 1) * limit:page * limit]]}}
    except (KeyError, ValueError, AttributeError) as e:
        return {"errors": [{"message": f"{type(e).__name__}: {e}", "locations": [{"line": 1, "column": 1}]}]}


# Jikan -------------------------------------------------------------------------------------------
def jikan_anime(title):
    def resources(found):
        return [{"mal_id": number_of(n), "type": "anime", "name": n, "url": f"https://myanimelist.net/anime/genre/{number_of(n)}"} for n in found]
    images = {"image_url": picture(title) + ".jpg", "small_image_url": picture(title) + "t.jpg", "large_image_url": picture(title) + "l.jpg"}
    return {
        "mal_id": title.mal, "url": f"https://myanimelist.net/anime/{title.mal}", "images": {"jpg": images, "webp": images},
        "trailer": {"youtube_id": None, "url": None, "embed_url": None, "images": {}}, "approved": True,
        "titles": [{"type": "Default", "title": title.name}], "title": title.name, "title_english": title.english or None,
        "title_japanese": title.native, "title_synonyms": title.synonyms,
        "type": {"tv": "TV", "ova": "OVA", "ona": "ONA"}.get(title.type, title.type.title()), "source": title.source.replace("_", " ").capitalize(),
        "episodes": title.episodes or None, "status": STATUS_JIKAN[title.status], "airing": title.status == "airing",
        "aired": {"from": f"{title.start}T00:00:00+00:00", "to": f"{title.end}T00:00:00+00:00" if title.end else None, "prop": {}, "string": ""},
        "duration": f"{title.minutes} min per ep" if title.minutes else "Unknown", "rating": "Rx - Hentai" if title.adult else "PG-13 - Teens 13 or older",
        "score": title.score, "scored_by": title.scored_by, "rank": title.rank, "popularity": title.rank, "members": title.members, "favorites": 1,
        "synopsis": title.synopsis, "background": "", "season": title.season, "year": title.year, "broadcast": {}, "producers": [], "licensors": [],
        "studios": [{"mal_id": 1, "type": "anime", "name": title.studio, "url": "https://myanimelist.net/anime/producer/1"}],
        "genres": resources(GENRES[g] for g in title.genres), "explicit_genres": [], "themes": resources(THEMES[t] for t in title.themes),
        "demographics": resources([title.demographic] if title.demographic else []),
    }


def jikan_page(titles, query, more=0):
    page, limit = int(query.get("page", ["1"])[0]), min(int(query.get("limit", ["25"])[0]), 25)
    wanted = {"airing": "airing", "upcoming": "upcoming", "complete": "finished"}.get(query.get("status", [""])[0])
    found = sorted((t for t in titles if not wanted or t.status == wanted), key=lambda t: t.mal)
    items = found[(page - 1) * limit:page * limit]
    last = max(1, -(-len(found) // limit))
    return {"pagination": {"last_visible_page": last, "has_next_page": page < last, "current_page": page,
                           "items": {"count": len(items), "total": len(found) + more, "per_page": limit}},
            "data": [jikan_anime(t) for t in items]}
