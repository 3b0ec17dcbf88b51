#include "training/story_text.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace anireco {
namespace {

const std::string& title_of(const Anime& anime) {
  if (!anime.titles.romaji.empty()) return anime.titles.romaji;
  return anime.titles.english.empty() ? anime.titles.native : anime.titles.english;
}

std::string synopsis_of(const Anime& anime) {
  const auto first = std::ranges::find(anime.synopses, "en", &SourcedText::language);
  return first == anime.synopses.end() ? std::string() : first->text;
}

/// "A", "A and B", "A, B and C"
std::string joined(const std::vector<std::string>& names, std::string_view last) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? last : ", ";
    text += names[i];
  }
  return text;
}

}  // namespace

std::string record_text(const Anime& anime) {
  std::string text = title_of(anime) + ".";
  if (!anime.genres.empty()) text += " Genres: " + joined(anime.genres, ", ") + ".";
  const std::string synopsis = synopsis_of(anime);
  return synopsis.empty() ? text : text + " " + synopsis;
}

std::string story_text(const Anime& anime) {
  std::string text = "This is a";
  if (anime.genres.empty()) {
    text += "n";
  } else {
    const std::string genres = joined(anime.genres, " and ");
    constexpr std::string_view kVowels = "AEIOUaeiou";
    if (kVowels.find(genres.front()) != std::string_view::npos) text += 'n';
    text += " " + genres;
  }
  text += " anime titled " + title_of(anime) + ".";
  const std::string synopsis = synopsis_of(anime);
  return synopsis.empty() ? text : text + " The story follows " + synopsis;
}

}  // namespace anireco
