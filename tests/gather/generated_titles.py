"""A made-up catalogue: the same titles for the same seed, in no source's form yet. Standard library only."""
import random

GENRES = ["Action", "Adventure", "Comedy", "Drama", "Fantasy", "Horror", "Mystery", "Romance", "Sci-Fi", "Slice of Life", "Sports", "Supernatural"]
GENRES_RU = ["Экшен", "Приключения", "Комедия", "Драма", "Фэнтези", "Ужасы", "Детектив", "Романтика", "Фантастика", "Повседневность", "Спорт",
             "Сверхъестественное"]
THEMES = ["School", "Space", "Music", "Mecha", "Military", "Historical", "Time Travel", "Vampire"]
DEMOGRAPHICS = ["Shounen", "Shoujo", "Seinen", "Josei"]
STUDIOS = ["Northlight", "Studio Kaba", "Inkwell Works", "Seventh Cel", "Harbour Animation"]
SOURCES = ["manga", "original", "light_novel", "visual_novel", "game"]
TYPES = ["tv", "tv", "tv", "movie", "ova", "ona", "special", "music"]
WORDS = ["amber", "bridge", "clock", "dawn", "ember", "falcon", "garden", "harbour", "island", "jade", "kite", "lantern", "mirror", "north",
         "orchard", "paper", "quiet", "river", "signal", "thread", "umbrella", "valley", "winter", "yarn"]
WORDS_RU = ["янтарь", "мост", "часы", "рассвет", "уголь", "сокол", "сад", "гавань", "остров", "нефрит", "змей", "фонарь", "зеркало", "север",
            "роща", "бумага", "тишина", "река", "сигнал", "нить", "зонт", "долина", "зима", "пряжа"]
PEOPLE = ["a lighthouse keeper", "two rival cooks", "a retired pilot", "a class of beginners", "an inventor", "three sisters", "a courier"]
AIMS = ["looks for a lost map", "must win one last race", "repairs what the war broke", "learns to live with a ghost", "hides a royal secret",
        "builds a ship out of scrap", "answers letters nobody sent"]
PLACES = ["in a town below the sea", "on the moon's far side", "in an old school", "at the edge of a desert", "in a floating market"]


class Title:
    """What is known of one title; `rank` orders by popularity, `kitsu` is its number there."""

    def __init__(self, number, chance):
        words = chance.sample(range(len(WORDS)), 3)
        self.mal = number * 3 + 1
        self.kitsu = number + 100_000
        self.anilist = number * 2 + 200_000
        self.anidb = number + 300_000
        self.rank = 0
        self.name = f"{WORDS[words[0]].title()} no {WORDS[words[1]].title()} {number}"
        self.english = f"The {WORDS[words[0]].title()} of the {WORDS[words[1]].title()} {number}" if chance.random() < 0.7 else ""
        self.native = f"物語{number}"
        self.russian = f"{WORDS_RU[words[0]].title()} и {WORDS_RU[words[1]]} {number}"
        self.synonyms = [f"{WORDS[words[2]]} {number}"] if chance.random() < 0.5 else []
        self.type = chance.choice(TYPES)
        self.year = chance.randint(1970, 2025)
        self.month, self.day = chance.randint(1, 12), chance.randint(1, 28)
        self.status = chance.choices(["finished", "airing", "upcoming"], [0.9, 0.07, 0.03])[0]
        self.episodes = 0 if self.status == "upcoming" else 1 if self.type == "movie" else chance.randint(1, 52)
        self.minutes = chance.choice([0, 5, 12, 24, 24, 24, 90])
        self.score = round(chance.uniform(3, 9.5), 2) if self.status != "upcoming" else None
        self.members = int(10 ** chance.uniform(1, 6))
        self.scored_by = self.members // 3
        self.genres = sorted(chance.sample(range(len(GENRES)), chance.randint(1, 4)))
        self.themes = sorted(chance.sample(range(len(THEMES)), chance.randint(0, 2)))
        self.demographic = chance.choice(DEMOGRAPHICS) if chance.random() < 0.4 else None
        self.studio = chance.choice(STUDIOS)
        self.source = chance.choice(SOURCES)
        self.adult = chance.random() < 0.03
        self.synopsis = f"{chance.choice(PEOPLE).capitalize()} {chance.choice(AIMS)} {chance.choice(PLACES)}. The {WORDS[words[2]]} is the only clue."
        self.synopsis_ru = f"История о том, как {WORDS_RU[words[0]]} меняет всё. Единственная подсказка — {WORDS_RU[words[2]]}."
        self.related = []  # (kind, Title)
        # Who knows it: a title is missing at some sources, as in life.
        self.at = {name for name, share in [("mal", 0.98), ("kitsu", 0.95), ("offline", 0.97), ("shikimori", 0.9)] if chance.random() < share} or {"mal"}

    @property
    def start(self):
        return f"{self.year:04}-{self.month:02}-{self.day:02}"

    @property
    def end(self):
        return f"{self.year + 1:04}-{self.month:02}-{self.day:02}" if self.status == "finished" and self.episodes > 1 else None

    @property
    def season(self):
        return ["winter", "spring", "summer", "fall"][(self.month - 1) // 3]


def generate(count, seed=1):
    """`count` titles; a tenth has a sequel."""
    chance = random.Random(seed)
    titles = [Title(number, chance) for number in range(1, count + 1)]
    for first, second in zip(titles[::10], titles[5::10]):
        first.related.append(("sequel", second))
        second.related.append(("prequel", first))
    for rank, title in enumerate(sorted(titles, key=lambda t: -t.members), 1):
        title.rank = rank
    return titles
