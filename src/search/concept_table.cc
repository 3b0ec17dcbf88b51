#include "search/concept_table.h"

#include <array>

namespace anireco {
namespace {

using enum ConceptField;

constexpr std::array kConcepts = std::to_array<Concept>({
    {"Romance", genre, "", "Love Polygon|Love Status Quo|Romantic Subtext",
     "Romance|Love Triangle|Love Polygon|Unrequited Love",
     "romance|romances|romantic|romcom|romcoms|lovey; rom com|coms; love story|stories|triangle|"
     "triangles|interest|interests|drama; романтик*|романтическ*|романтичн*; любовн* линии|линия|"
     "линий|линию|истори*|треугольник*; про? любовь|любви; отношен*|ромком*"},
    {"Comedy", genre, "", "Gag Humor|Parody", "Comedy|Slapstick|Surreal Comedy|Absurdist Humour",
     "comedy|comedies|slapstick; gag humor; комеди*|юмор*"},
    {"Drama", genre, "", "", "Drama|Tragedy", "drama|dramas|melodrama; драм*|мелодрам*"},
    {"Action", genre, "", "", "Action", "action; fights|battles; экшен*|экшн*|боевик*", true},
    {"Adventure", genre, "", "", "Adventure", "adventure|adventures; приключен*", true},
    {"Fantasy", genre, "", "", "Fantasy|High Fantasy|Dark Fantasy|Contemporary Fantasy",
     "fantasy; фэнтези|фентези"},
    {"Sci-Fi", genre, "", "", "Sci-Fi|Science Fiction",
     "scifi; sci fi; science fiction; фантастик*; научн* фантастик*; сай фай"},
    {"Horror", genre, "", "", "Horror|Body Horror|Cosmic Horror",
     "horror|horrors; scary stuff; хоррор*|ужастик*|ужасов|ужасы"},
    {"Mystery", genre, "", "", "Mystery", "mystery|mysteries", true},
    {"Supernatural", genre, "", "", "Supernatural",
     "supernatural; сверхъестественн*|мистик*|мистическ*"},
    {"Suspense", genre, "", "", "Suspense|Thriller", "suspense|thriller|thrillers; триллер*"},
    {"Slice of Life", genre, "", "", "Slice of Life",
     "slice of life; sol; повседневност*|повседневк*"},
    {"Sports", genre, "", "Team Sports|Combat Sports", "Sports", "sport|sports; спорт*|спортивн*",
     true},
    {"Ecchi", genre, "", "", "Ecchi|Nudity|Large Breasts",
     "ecchi|etchi|fanservice|nudity|boobs; fan service; naked girls|women|people; sexual "
     "content|stuff|scenes; sex scenes; этти|эччи|фансервис*; фан сервис*; обнаженк*|пошлост*"},
    {"Hentai", genre, "Erotica", "", "", "hentai|porn|erotica; хентай|хентая|порно|эротик*"},
    {"Boys Love", genre, "", "", "Boys' Love|Shounen Ai|Yaoi",
     "yaoi|bl; boys love; shounen|shonen ai; яой|яоя|яоем; сенен ай"},
    {"Girls Love", genre, "", "", "Girls Love|Yuri|Shoujo Ai",
     "yuri|gl; girls love; shoujo|shojo ai; юри"},
    {"Gourmet", genre, "", "", "Gourmet|Cooking|Food", "cooking|food; готовк*|кулинари*|еды", true},
    {"Avant Garde", genre, "", "", "Avant Garde|Dementia",
     "avant garde; surreal stuff|nonsense; артхаус*|сюр|сюра|сюрреализм*"},

    {"Harem", theme, "", "Reverse Harem",
     "Harem|Female Harem|Male Harem|Mixed Gender Harem|Reverse Harem", "harem|harems; гарем*"},
    {"Reverse Harem", theme, "", "", "Reverse Harem|Male Harem",
     "reverse harem|harems; обратн* гарем*"},
    {"Isekai", theme, "", "Reincarnation", "Isekai|Reverse Isekai",
     "isekai|isekais|issekai; исека*|попаданц*|попаданчес*"},
    {"Mecha", theme, "", "", "Mecha|Super Robot|Real Robot|Piloted Robot|Power Suit",
     "mecha|mechas|mech|mechs; giant robots|robot; меха|мехи|мех|мехов; гигантск*|огромн* робот*"},
    {"Gore", theme, "", "", "Gore|Body Horror|Torture|Cannibalism",
     "gore|gory|guro|guts|bloodshed|splatter|torture; "
     "кровищ*|гуро|кишок|расчленен*|мясорубки|жести|жестокост*; "
     "крови"},
    {"Gore", theme, "", "", "Gore|Body Horror|Torture|Cannibalism", "blood", true},
    {"Violence", tag, "", "Gore", "Violence", "violence|violent; насили*"},
    {"School", theme, "", "",
     "School|School Life|High School|Middle School|Elementary School|School Club|School Clubs",
     "school|schools|highschool; high school|schools|schoolers; school life|setting|stuff|kids; "
     "школ*",
     true},
    {"Mahou Shoujo", theme, "", "", "Mahou Shoujo|Magical Girl|Henshin",
     "magical girl|girls; mahou shoujo; волшебниц*; махо сед*|седзе; девочк* волшебниц*"},
    {"Military", theme, "", "", "Military|War|Air Force|Navy",
     "military|war|wars|army; войн*|военн*|арми*", true},
    {"Historical", theme, "", "", "Historical", "historical; историческ*"},
    {"Psychological", theme, "", "", "Psychological", "psychological; психологи*"},
    {"Space", theme, "", "", "Space|Space Battles|Space Opera|Space Travel",
     "space; космос*|космическ*", true},
    {"Martial Arts", theme, "", "", "Martial Arts", "martial arts; боев* искусств*|единоборств*"},
    {"Music", theme, "", "", "Music|Musical Band", "music|musicals; музык*|музыкальн*", true},
    {"Idols", tag, "", "Idols (Female)|Idols (Male)", "Idol", "idol|idols; айдол*|идол*"},
    {"Parody", theme, "", "", "Parody", "parody|parodies; пароди*"},
    {"Super Power", theme, "", "", "Super Power|Superhero",
     "superpower|superpowers|superhero|superheroes; super power|powers; "
     "суперспособност*|супергеро*|сверхспособност*",
     true},
    {"Vampire", theme, "", "", "Vampire", "vampire|vampires; вампир*", true},
    {"Zombies", tag, "", "", "Zombie|Zombies", "zombie|zombies; зомби", true},
    {"Samurai", theme, "", "", "Samurai", "samurai|samurais; самура*", true},
    {"Ninja", tag, "", "", "Ninja", "ninja|ninjas; ниндзя", true},
    {"Detective", theme, "", "", "Detective", "detective|detectives; детектив*|сыщик*", true},
    {"Time Travel", theme, "", "", "Time Travel|Time Loop",
     "time travel|loop|loops|travelling|traveling; путешеств* во времени; петл* времени"},
    {"Reincarnation", theme, "", "", "",
     "reincarnation; reincarnated heroes; реинкарнаци*|"
     "перерожден*"},
    {"Survival", theme, "", "", "Survival|Battle Royale|Death Game",
     "death game|games; battle royale|royales; survival games; королевск* битв*"},
    {"Racing", theme, "", "", "Racing|Street Racing|Motorsport", "racing; гонок|гонки", true},
    {"Love Polygon", theme, "", "", "Love Triangle|Love Polygon",
     "love triangle|triangles|polygons; любовн* треугольник*"},
    {"Organized Crime", theme, "", "", "Mafia|Yakuza|Gangs|Criminal Organization",
     "yakuza|mafia|gangsters; мафи*|якудз*|бандит*", true},
    {"Delinquents", theme, "", "", "Delinquent|Delinquents", "delinquents; хулиган*|гопник*", true},
    {"Video Game", theme, "", "", "Video Games|Virtual Reality|Virtual World",
     "video games|game; vr|mmo|mmorpg|litrpg; литрпг|видеоигр*", true},
    {"Iyashikei", theme, "", "", "Iyashikei", "iyashikei; иясикей"},
    {"CGDCT", theme, "", "", "Cute Girls Doing Cute Things",
     "cgdct; cute girls; милы* девочк*; няшн* девочк*"},
    {"Crossdressing", theme, "", "Magical Sex Shift",
     "Crossdressing|Cross Dressing|Gender Bender|Gender Bending",
     "crossdressing; gender bender|bending; кроссдресс*|переодеван*"},
    {"Pets", theme, "", "", "", "pets; питомц*", true},
    {"Villainess", theme, "", "", "Villainess", "villainess|villainesses; злодейк*", true},
    {"CGI", tag, "", "", "CGI|Full CGI", "cgi|3d; cg; компьютерн* граф*; 3д|тридэ"},
    {"Tsundere", tag, "", "", "Tsundere", "tsundere|tsunderes; цундере"},
    {"Yandere", tag, "", "", "Yandere", "yandere|yanderes; яндере"},
    {"Loli", tag, "", "", "Loli", "loli|lolis|lolicon; лоли|лолей|лолик*"},
    {"Incest", tag, "", "", "Incest|Inseki", "incest; инцест*"},
    {"Netorare", tag, "", "", "Netorare|Netori|Netorase|Cheating", "ntr|netorare; нтр|нетораре"},
    {"Rape", tag, "", "", "Rape", "rape; изнасилован*"},
    {"Suicide", tag, "", "", "Suicide", "suicide; суицид*|самоубийств*", true},
    {"Tragedy", tag, "", "", "Tragedy",
     "tragedy|tragic; sad ending|endings|stuff; трагеди*|"
     "трагичн*; грустн* конц*|концовк*"},
    {"Dystopian", tag, "", "", "Dystopia|Dystopian", "dystopia|dystopian|dystopias; антиутопи*"},
    {"Cyberpunk", tag, "", "", "Cyberpunk", "cyberpunk; киберпанк*"},
    {"Demons", tag, "", "", "Demon|Demons", "demons; демонов|демоны", true},
    {"Dragons", tag, "", "", "Dragon|Dragons", "dragons; драконов|драконы", true},
    {"Aliens", tag, "", "", "Alien|Aliens|Humanoid Alien", "aliens; пришельц*|инопланет*", true},
    {"Magic", tag, "", "", "Magic", "magic; магии|магию|волшебств*", true},
    {"Robots", tag, "", "Mecha", "Robot|Robots|Android|Super Robot|Real Robot|Piloted Robot",
     "robots; роботов|роботы", true},

    {"Kids", demographic, "", "", "Kids",
     "kids anime|shows|stuff|series; for kids|children; детск*; для детей|малышей"},
    {"Shounen", demographic, "", "", "Shounen",
     "shounen|shonen|shounens|shonens; сенен|сенена|сенены|сененов|сененн*"},
    {"Shoujo", demographic, "", "", "Shoujo", "shoujo|shojo; седзе|седзо"},
    {"Seinen", demographic, "", "", "Seinen", "seinen; сейнен*"},
    {"Josei", demographic, "", "", "Josei", "josei; дзесей|дзесэй"},
});

}  // namespace

std::span<const Concept> concepts() { return kConcepts; }

}  // namespace anireco
