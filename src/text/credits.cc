#include "text/credits.h"

#include <algorithm>
#include <array>
#include <string>

#include "text/edit_distance.h"
#include "text/unicode.h"

namespace anireco {
namespace {

constexpr std::size_t kMaxCreditBytes = 300;

constexpr auto kSites = std::to_array<std::string_view>({"amazon",
                                                         "anidb",
                                                         "anilist",
                                                         "anime news network",
                                                         "anime planet",
                                                         "anime-planet",
                                                         "animenewsnetwork",
                                                         "animenfo",
                                                         "anisearch",
                                                         "ann",
                                                         "baka-updates",
                                                         "bakabt",
                                                         "bilibili",
                                                         "crunchyroll",
                                                         "douban",
                                                         "funimation",
                                                         "hidive",
                                                         "imdb",
                                                         "kinopoisk",
                                                         "kitsu",
                                                         "letterboxd",
                                                         "livechart",
                                                         "mal",
                                                         "mal news",
                                                         "mangaupdates",
                                                         "mu",
                                                         "my anime list",
                                                         "myanimelist",
                                                         "netflix",
                                                         "official homepage",
                                                         "official site",
                                                         "official website",
                                                         "shikimori",
                                                         "themoviedb",
                                                         "tmdb",
                                                         "vndb",
                                                         "wikipedia",
                                                         "world art",
                                                         "youtube",
                                                         "кинопоиск",
                                                         "википедия"});

constexpr auto kAuthorPhrases = std::to_array<std::string_view>({"written by",
                                                                 "rewritten by",
                                                                 "re-written by",
                                                                 "summary by",
                                                                 "summary from",
                                                                 "summary found on",
                                                                 "synopsis by",
                                                                 "synopsis from",
                                                                 "synopsis taken from",
                                                                 "description by",
                                                                 "description from",
                                                                 "description taken from",
                                                                 "original description from",
                                                                 "text by",
                                                                 "text from",
                                                                 "taken from",
                                                                 "courtesy of",
                                                                 "translated by",
                                                                 "translated from",
                                                                 "edited by",
                                                                 "edited from",
                                                                 "credit:",
                                                                 "credits:",
                                                                 "credit to",
                                                                 "автор описания",
                                                                 "написано",
                                                                 "взято с",
                                                                 "описание с",
                                                                 "перевод:",
                                                                 "出典",
                                                                 "引用元"});

bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

bool is_site(std::string_view lowered) {
  lowered = trim(lowered);
  if (lowered.starts_with("the ")) lowered.remove_prefix(4);
  if (lowered.starts_with("www.")) lowered.remove_prefix(4);
  if (lowered.ends_with('.')) lowered.remove_suffix(1);
  for (const std::string_view ending : {".com", ".org", ".net", ".co.jp", ".ru"}) {
    if (lowered.ends_with(ending)) lowered.remove_suffix(ending.size());
  }
  return std::find(kSites.begin(), kSites.end(), lowered) != kSites.end();
}

/// "source", its plural and the ways it is mistyped ("souce", "sourc", "soure", "sorce").
bool is_source_word(std::string_view word, std::size_t mistakes) {
  if (!word.starts_with("so")) return false;
  return edit_distance(word, "source", mistakes) <= mistakes ||
         edit_distance(word, "sources", mistakes) <= mistakes ||
         edit_distance(word, "sourced", mistakes) <= mistakes;
}

struct SourceMark {
  bool found = false;
  bool colon = false;
};

SourceMark read_source_mark(std::string_view lowered) {
  const std::size_t length = std::min(lowered.find_first_of(" :.;,-"), lowered.size());
  const std::string_view word = lowered.substr(0, length);
  const std::string_view rest = trim(lowered.substr(length));
  const bool colon = rest.starts_with(':') || rest.starts_with(';') || rest.starts_with('.');
  if (word == "источник" || word == "источники") return {true, colon};
  if (is_source_word(word, colon ? 2 : 0)) return {true, colon};
  return {};
}

/// Where the bracket that closes the line opens; npos if it is too far away or does not.
std::size_t matching_bracket(std::string_view line) {
  int depth = 0;
  const std::size_t limit = line.size() > kMaxCreditBytes ? line.size() - kMaxCreditBytes : 0;
  for (std::size_t i = line.size(); i > limit; --i) {
    const char c = line[i - 1];
    if (c == ')' || c == ']') ++depth;
    if ((c == '(' || c == '[') && --depth == 0) return i - 1;
  }
  return std::string_view::npos;
}

/// The full-width brackets of Japanese texts.
std::size_t wide_bracket(std::string_view line) {
  if (line.ends_with("）")) return line.rfind("（");
  if (line.ends_with("】")) return line.rfind("【");
  return std::string_view::npos;
}

/// "Source: X", "Credit: X" or "-AniDB" and nothing else.
bool is_credit_line(std::string_view line) {
  if (line.empty() || line.size() > kMaxCreditBytes) return false;
  const std::string lowered = to_lower(line);
  const SourceMark mark = read_source_mark(lowered);
  if (mark.found && mark.colon) return true;
  if (lowered.starts_with("credit:") || lowered.starts_with("credits:")) return true;
  for (const std::string_view dash : {"-", "–", "—", "~"}) {
    if (lowered.starts_with(dash) && is_site(std::string_view(lowered).substr(dash.size()))) {
      return true;
    }
  }
  return false;
}

/// A credit whose bracket nothing closes, as shortened texts end.
std::size_t open_credit(std::string_view line) {
  const std::size_t open = line.find_last_of("([");
  if (open == std::string_view::npos || line.size() - open > kMaxCreditBytes) {
    return std::string_view::npos;
  }
  if (line.find_first_of(")]", open) != std::string_view::npos) return std::string_view::npos;
  const std::string content = to_lower(line.substr(open + 1));
  const SourceMark mark = read_source_mark(content);
  const bool begun = content.size() >= 2 && (std::string_view("source:").starts_with(content) ||
                                             std::string_view("written by").starts_with(content));
  const bool written = line[open] == '[' && content.starts_with("written by");
  return (mark.found && mark.colon) || begun || written ? open : std::string_view::npos;
}

}  // namespace

bool is_credit(std::string_view content) {
  content = trim(content);
  if (content.empty() || content.size() > kMaxCreditBytes) return false;
  const std::string lowered = to_lower(content);
  const SourceMark mark = read_source_mark(lowered);
  if (mark.found) {
    if (mark.colon) return true;
    const std::size_t next = content.find(' ');
    if (next != std::string_view::npos && next + 1 < content.size() && content[next + 1] >= 'A' &&
        content[next + 1] <= 'Z') {
      return true;
    }
  }
  if (is_site(lowered)) return true;
  for (const std::string_view word : {"from ", "via ", "by "}) {
    if (lowered.starts_with(word) && is_site(std::string_view(lowered).substr(word.size()))) {
      return true;
    }
  }
  for (const std::string_view phrase : kAuthorPhrases) {
    if (lowered.starts_with(phrase)) return true;
  }
  const std::size_t space = lowered.find(' ');
  if (space != std::string::npos && std::string_view(lowered).substr(space).starts_with(" by ") &&
      edit_distance(std::string_view(lowered).substr(0, space), "written", 1) <= 1) {
    return true;
  }
  return content.size() <= 100 &&
         (lowered.ends_with(", translated") || lowered.ends_with(", edited"));
}

std::string_view strip_credits(std::string_view line, bool last) {
  while (true) {
    line = trim(line);
    if (is_credit_line(line)) return {};
    std::size_t open = std::string_view::npos;
    if (line.ends_with(')') || line.ends_with(']')) {
      open = matching_bracket(line);
      if (open != std::string_view::npos &&
          !is_credit(line.substr(open + 1, line.size() - open - 2))) {
        open = std::string_view::npos;
      }
    } else if (open = wide_bracket(line); open != std::string_view::npos) {
      if (!is_credit(line.substr(open + 3, line.size() - open - 6))) open = std::string_view::npos;
    }
    if (open == std::string_view::npos && last) open = open_credit(line);
    if (open == std::string_view::npos) return line;
    line = line.substr(0, open);
  }
}

}  // namespace anireco
