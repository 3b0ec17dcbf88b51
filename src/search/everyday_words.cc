#include "search/everyday_words.h"

#include <cstddef>
#include <string>
#include <unordered_set>

#include "search/inflection.h"
#include "text/unicode.h"

namespace anireco {
namespace {

constexpr std::string_view kEnglish =
    "a abnormal about abrupt absence absolute absolutely academy accept account ace active "
    "actor actors ad additional adorable adult advance advanced adventure adventures affairs "
    "after aftermath again against age agency agent ago air aka album alien aliens alike "
    "alive all alliance almost alone alternative always am amazing ambitious amnesia an "
    "ancient and android angel angels anger animal animals animated animation anime "
    "annihilation another answer anti anxious anyone anyway apartment app apparently approach "
    "aquarium arc are area arm arms around arrive art artificial as assassin assassination "
    "assassins at atmosphere attack attacks attraction attractive audition aunt awake "
    "awakening away awe ayakashi baby back bad bag ball balloon band bar baseball basketball "
    "battle battlefield be beach beam bear bears beast beasts beat beautiful beauty because "
    "before beginning begins behind believe believing beloved berserk berserker beside best "
    "better between beyond bicycle big bird birds birth birthday bite black blade blame blend "
    "blind blood blooded bloody bloom blossom blue boat body bomb bonus book border born boss "
    "bound bounty box boy boyfriend boys brain brand brave break breasts breath bride bridge "
    "bright brilliant bring broken brother brothers bubble bubbles bug bugs buildings "
    "bullying burning bus business but butler buy by cafe cage call called calling calm came "
    "camp campus can canaan candidate candy capital captain captivated car card cards care "
    "careless carnage carry case cash cast castle cat catalyst catch cats cell center century "
    "challenge champions chan chance change channel chaos chaotic chapter character charge "
    "charismatic charm chase chasing cheer cherry chibi chief child children choice choices "
    "chosen chronicles circle circles circus cities city class classmate classmates classroom "
    "clay claymore cleaning clear climbing clock closed closing cloud clouds club cocoon code "
    "collecting collection college color colored colorful colors com combat come comedy comes "
    "comet comic comics coming commercial committed common companion company completely "
    "complex comrades concert condition confession confidence conflict confusion connect "
    "connected connection conquest contact continent continued contract convenience cook "
    "cooking cool copy core corner council count countdown country couple course court cousin "
    "covered crack crash crazy creation creative creators creature crew crime crimson crisis "
    "cross crow crown crows cry crying crystal cult cunning cure curious cursed cute cycle d "
    "dad dance dancing dangerous dark darker darkness data date daughter dawn day days dead "
    "deadly dear death debt debut decided deep deeper defend defense deity delicious "
    "delinquent demon departure depths descendant desert designer desire desires desolate "
    "despair desperate destined destiny destroy destruction detective detectives devices "
    "devil dialogue diary die different digital dilemma dimension dinosaur dinosaurs direct "
    "dirty disappear disciples discipline discover discovery disease distance distorted "
    "distribution dive divine do doctor does dog dogs doll dolls domination door doors "
    "dormitory double doubt doujin down dragon dragons dramatic draw drawing drawings dream "
    "dreaming dreams dress dressed drink drive driver drop dropout drops dual duel dull duo "
    "dying e early ears earth easy eat eating eccentric echo edge edition education effect "
    "egg eight elf elusive embark emergency emotion emperor empty encounter end ending "
    "endless enemies enemy energy engage enjoy enlightenment enter epic era erased erotic "
    "error establishment etc eternal eternity even evening eventually ever every everybody "
    "everyday everyone evidence evil evolution ex exception exciting execute existence "
    "exorcist expectations experience experiment expert explaining expression extra extreme "
    "extremely eye eyed eyes face fact factory failure fair fairies fairy fake fall fallen "
    "falling family fan fans fantasies fantastic fantasy far farewell fashion fast fatal fate "
    "father favorite fear fears feed feel feeling feelings feet festival fiction field fight "
    "fighter fighters fighting figures film films final find fine fire fireworks first fish "
    "fishing five flag flash flashback fleet float floating flow flower flowers fly flying "
    "folktales follow food footsteps for forbidden force foreign forest forever forget "
    "forgotten form fortune forward four fox fragile fragments free freedom freezing fresh "
    "friend friends frog frogs from front frontier fruit fruits full fully fun funny future "
    "ga gag galaxy game gamers games gang garden gate gathering gender gene general "
    "generation generations genius gentle get ghost ghosts giant gift gifted gifts girl "
    "girlfriend girls give given giving glass glasses go goal god goddess gods going gold "
    "golden gone good graduate graduation grand grandmother grandson gravity great greed "
    "green grim group grow growing grown guard guardian guardians guitar gun guy guys hacker "
    "hair half halfway hand handle hands handsome hang hanging happening happiness happy hard "
    "harem harmony harvest has hat hatched hate havoc he head heart hearted hearts heat "
    "heaven heavenly heavens heavy hedgehog hell help hen her here hero heroes heroic heroine "
    "hers herself hi hidden hide high him himself his historical history hit holding hole "
    "holiday holidays holy home homeroom hone honor hope hopeless horizon horny horror horse "
    "hospital host hot hour hours house how human humanity humanoid humiliation hundred "
    "hunger hungry hunt hunter hunters hunting hurdle husband hybrid i ice identity idol "
    "idols if illness illusion imagination imagine immoral immortal immortality immortals in "
    "incarnation incident incidents inexperienced infatuation inferno infinite information "
    "initial innocence innocent insatiable inside instant intergalactic internal into "
    "introduction invaders invasion inventor investigating invisible iron is island it its "
    "jealousy jellyfish jewel job joint journey judge juice jump jumping jungle just justice "
    "k kaijuu kara key kid kids kill killer killing kind kindness king kingdom kingdoms kiss "
    "knight knights know kun lab labyrinth lady laid land landscape last laundry law laws "
    "lazy leader learn leave leaves left legend legendary legends less lesson lessons let "
    "letter level lewd library lie lies life lifetime light lightning lights like limited "
    "limits line lion list little live living ll lonely long longer look looking loose lord "
    "lose lost love loved lovely lover lovers loves loving low luck lucky lust luxury m "
    "machine mad made magazine magic magical magician maid maiden maidens main major make "
    "male man manager manga map mark market marks marriage marry martial mask masked mass "
    "master masters match material matter may maybe maze me mean mecha mechanical medicine "
    "meeting meets melody melting member memories memory men mermaid message metal meteor "
    "metropolis military million mind mine mini miracle mirror mischievous misery missing "
    "mission mix mob mobile mock modern mom moment money monk monkey monochrome monster "
    "monsters months moon moonlight more morning mortal most mother motion motivation "
    "motorcycle mountain mouse mouth move movement movements movie moving mundane murder "
    "museum music musician my myself mysteries mysterious mystical na naked name nameless nap "
    "natural nature naughty neighbor neighborhood neighbors net never new news newspaper next "
    "nice night nightmare nine ninja ninjas no noble nobody noir noise non nor not note novel "
    "now number numbers nurse object obsessed occult ocean of off office officer official old "
    "omake on once one ones oni online onmyouji open opening or orange orbit orchestra order "
    "orders ordinary original orphan otaku other others our out outer outrageous over pain "
    "painting pair panda paper parade paradise parallel parent parents park part partner "
    "party passing passion passionate peace peak pendant penguin people perfect period person "
    "persona personal pet phantom phone pianist piano picnic picture piece pieces pig pilot "
    "pink pirate pitcher place places planet planetarium planets planning play player "
    "playground playing please pleasure pocket polar police poor pop pops portal portrait "
    "possession possessions post pot power powered practice preparation prepare present "
    "president pretty pride primary prince princess principal prison private probably "
    "producer professor program project promise promised promises promotion prosperity "
    "protect protector prototype proud psychic punishment puppet pure pursuit push puzzle "
    "queen quest question quiet rabbit rabbits race racer racing radio raging raid rain "
    "rainbow raise ran random ranking rape ray re reach reaching read reading ready real "
    "realize realm reason rebellion rebirth reborn rebuild recap recaps recently record red "
    "reflect refuge region reign reincarnation relative release relief remains remake "
    "remember rent rescue reset residence resistance respective response rest resurrection "
    "return returns reunion revelation reverse rewrite rhythm rice rich ride riding rift "
    "right ring rise rises rising river road robot robotic robots rock role roll romance "
    "romantic room roommates rose royal ruins rule ruler rules run running rush s sacred "
    "sacrifice saga said salaryman sale sama same samurai san sanctuary save saving say says "
    "scale scandal scary scenario scene scenes school science scientific score sea seal "
    "search season seasons second secret sect security see seed seek seeks selection selfish "
    "semi senior sense sensei sequence series seriously servant service session set setting "
    "seven seventeen sex sexual sexy shadow shadows shake shape share shared shattered she "
    "shelter shine shining ship shock shocking shoot shooting shop shopping short shot shoujo "
    "show showdown shower showing shut shy siblings sick side sight sign silent silver simple "
    "sing singing sink sins sister sisters site sitting six size sized sketch skill skills "
    "skirt sky slapstick slave slaves slay sleeping sleepy slime slow slowly small smart "
    "smash smile smoke snake snow so soccer soft solar soldier solo someday somehow someone "
    "something son song songs soon sorcerer soul sound southern space sparkle speak special "
    "specials speed sphere spin spinning spirit spirited spirits spiritual sports spot "
    "spotlight spots spring spy squad stage stand standing star stars start starting station "
    "stay step steps stepsister still stone stones stop store stories storm story strange "
    "stranger stray stream streaming street stress strike striking strong struggle student "
    "studies studio study style submarine succubus suddenly suffering suicide sum summer "
    "summoned sun sunny sunset super superhero supernatural supreme surface survival "
    "surviving survivor sushi swallow sweet sweets swim swimming switch sword swords "
    "swordsman system t table tablet tactics tags tail take tale tales talk talking tan tape "
    "target task tea teach teacher team tears teddy teenage television tell temple temptation "
    "ten tennis terror tests than thanks that the their theirs them then therapy there these "
    "they thief thing things think third this those thoughts thousand thousands three throne "
    "through throw ties time timeless times timing tiny title to today toilet tomboy tomorrow "
    "tonight too top touch tough toward tower town toy toys track trail trailer train trains "
    "transfer transform transforming trap trapped travel traveling treasure treasures treat "
    "tree trees trial triangle tribe trigger trip trouble troubled troubles troublesome true "
    "trust truth try turn turning tutor twelve twenty twilight twin twins two type ultimate "
    "umbrella unbreakable uncle undead under underground underway underworld union unit "
    "universe unknown unleash until unusual up upon urban us useless users utopia vacation "
    "value vampire vampires very vice vicious victory video viking vikings village villain "
    "virgin virtual vision visitor visual vivid voice vs wa wait waiting wake walk walking "
    "wall walls wander wandering wannabe wanted war warfare warm warmth warped warrior "
    "warriors wars was waste watch water wave waver waves way ways we weak wealth weapon "
    "weather weaving wedding week weekly weird welcome were whale what whatever when where "
    "white who whom why wicked wife wild will win wind window wing winner winning winter wise "
    "wish wishing witch witches with within without witnesses wizard wolf woman women wonder "
    "wonderful wonderland word words work workers working world worlds worth would wounded "
    "writer x year years yellow yes yet yo you youkai young your yours yourself youth zero "
    "zombie zombies";

constexpr std::string_view kRussian =
    "автобус автор ад академия актер акула алтарь ангел ангельский апельсин апельсиновый "
    "апрель армия атака бабочка бабушка бал барабан барон башня бег беглец бегун без бездна "
    "безумие безумный безымянный белый берег берсерк бессмертный битва благословение близнец "
    "близнецы бог богиня бой бокс боль больше большой бомба брат броня будущее буква бумага "
    "буря быстрый в вампир ваш вдвоем ведьма век великий велосипед веревка верность веселый "
    "весна весь ветвь ветер вечер вечность вечный взрыв вино вишня владыка власть вместе внук "
    "вода возвращение воздух воин война волк волна волшебный вопрос вор воробей ворон ворона "
    "ворота восемь воспоминание воспоминания враг врата врач время все всегда вселенная "
    "второй вчера вы выбор гавань где героиня герой герцог гильдия гитара глаз глубина глупый "
    "гнев год голос голосок гонка гора горничная город гость граф грех грешник гроза грустный "
    "грусть данный два дверь двое двойник двор дворец дворецкий девочка девушка девчонки "
    "девять дедушка демон день деньги деревня дерево десять детектив дети детство для дневник "
    "дни дно до добрый дождь доктор долг долгий дом дорога доска доспехи драка дракон древний "
    "друг другая другой дружба дух душа дуэль дым дьявол дядя его еда ее еще железо жених "
    "женщина живой жизнь жрица за забытый завтра завтрак загадка заговор задание закат "
    "заколдованный закон замок замужество запретный защита заяц звезда звездный зеленый земля "
    "зеркало зима зимний злой змея золото золотой зомби и иголка игра идеальный идея из изгой "
    "измена император империя имя иная иной инопланетянин институт искра история их к кабинет "
    "каждый как камень каникулы капитан капля карнавал картина кафе квартира кисть кит клад "
    "класс клинок клоун клуб ключ книга когда колесо колледж колодец команда комната конец "
    "копия копье корабль корень корзина коробка корова королева королевство король корона "
    "короткий космический космос кость кот кофе кошка край краска красный крик кровать кровь "
    "кролик крошка крылатый крыло крылья крыса крыша кто кубок кукла кукольный кулак кухня "
    "лев легенда легкий лед лента лес лестница летний лето лжец лимон лиса листья лодка ложь "
    "лошадь лук луна лунный любимый любовь люди лягушка маг магазин магический магия "
    "маленькая маленький мальчик мальчишки мандарин маска маскарад мастер матрос матч мать "
    "машина мед медведь медленный между мелодия мертвец мертвый месть месяц метро меч мечта "
    "мешок миг минута мир миссия мой молитва молния молодость молоко молчание момент монах "
    "монета монстр море мост мотоцикл моя мужчина музыка муравей мы мысль мышь мяч на над "
    "надежда наказание наследник настоящее начало наш не небесный небо невеста невидимый "
    "неделя незнакомец неизвестный ненависть необычный несчастный никогда ниндзя нить новый "
    "нож ножницы ноль номер нота ночь нуль няня о об обед обещание обычный овца огненный "
    "огонек огонь один одинокий одна озеро океан окно он она опять оранжевый орел оркестр "
    "осень особый остановка остров от ответ отель отец отряд офис охотник палач память "
    "панцирь парень парк парта парус пассажир паук певец певица пепел первая первый переулок "
    "персик пес песня песок печаль пещера пианино пират писатель пистолет письмо пламя план "
    "планета племянник плен площадь пляж по победа повар повелитель под подарок подвал "
    "подделка подруга поезд пожиратель полдень поле полет полиция полночь половина порт "
    "порядок последний последствия потерянный поцелуй поэма правда праздник предатель престол "
    "преступление при призрак призрачный приказ прилив принц принцесса принять пришелец про "
    "проклятие проклятый пропасть простой противник прошлое прыжок птенец птица пуля пустыня "
    "путешественник путешествие путь пчела пять раб работа радость раз разум рай рассвет "
    "рассказ ребенок ребята река ресторан речь рисунок ритм робот рождество роза роман роса "
    "ружье рука рыба рынок рыцарь с сад сакура сам самолет самурай сахар свадьба свет светлый "
    "свинья свобода свободный святой священник сегодня сезон секрет секунда семь семья сердце "
    "серебряный середина сестра сила сильный синий сирота сказка сказочный скелет скорость "
    "скрипка слабый слава слезы слова слово сложный слуга смертельный смерть смех смешной "
    "снег снежный снова собака сова совершенный современный сокровище солнечный солнце соль "
    "сон соперник сосед соседка сотня союзник спорт сталь стальной станция старик старый "
    "стекло стена степь стертый стих сто стол страна странный страх стрела студент стул "
    "судьба судья сумерки сцена счастливый счастье сыщик тайна тайный такой танец твой твоя "
    "театр темный тень тетрадь тетя тигр титан тихий тишина топор тот тренер третий три трое "
    "туман турнир ты тысяча тьма тюрьма тяжелый у убийство убийца уголь удар ужас ужин узел "
    "узник улица улыбка умный унесенный университет урок утро учебник ученик ученица учитель "
    "фея фильм флейта форма фото хаос хвост хлеб хозяин хозяйка холм хор храм хроники "
    "художник царство цвет цветение цветок цель цена цирк чай час человек чемпион червь через "
    "черепаха черный честь четыре чистилище чистильщик что чудовище чужак шаман шанс шепот "
    "шесть школа школьник школьница школьный шум шут щит экзамен экипаж эпоха эра этаж этот "
    "эхо юность я яблоко язык якорь яма ястреб ящик";

void add_words(std::string_view list, std::unordered_set<std::string>& words) {
  for (std::size_t begin = 0; begin < list.size();) {
    std::size_t end = list.find(' ', begin);
    if (end == std::string_view::npos) end = list.size();
    words.insert(without_case_ending(list.substr(begin, end - begin)));
    begin = end + 1;
  }
}

const std::unordered_set<std::string>& everyday_words() {
  static const std::unordered_set<std::string> words = [] {
    std::unordered_set<std::string> result;
    add_words(kEnglish, result);
    add_words(kRussian, result);
    return result;
  }();
  return words;
}

bool is_everyday_word(std::string_view word) {
  const std::unordered_set<std::string>& words = everyday_words();
  if (words.contains(without_case_ending(word))) return true;
  if (word.size() > 3 && word.ends_with("s")) {
    return words.contains(std::string(word.substr(0, word.size() - 1)));
  }
  return false;
}

}  // namespace

bool is_everyday_phrase(std::string_view folded_phrase) {
  for (std::size_t begin = 0; begin < folded_phrase.size();) {
    std::size_t end = folded_phrase.find(' ', begin);
    if (end == std::string_view::npos) end = folded_phrase.size();
    if (end > begin && !is_everyday_word(folded_phrase.substr(begin, end - begin))) return false;
    begin = end + 1;
  }
  return !folded_phrase.empty();
}

}  // namespace anireco
