#include "fulltext/field_texts.h"

#include <map>
#include <string>
#include <vector>

#include "text/transliterate.h"

namespace anireco {

void for_each_field_text(const Anime& anime, const Bm25fOptions& options,
                         const std::function<void(const FieldText&)>& visit) {
  const auto give = [&](TextField field, std::string_view language,
                        std::span<const std::string_view> parts) {
    if (options.fields[static_cast<std::size_t>(field)].weight > 0) {
      visit({.field = field, .language = language, .parts = parts});
    }
  };
  const auto give_name = [&](TextField field, std::string_view name) {
    give(field, "", std::span(&name, 1));
  };
  const auto give_by_language = [&](TextField field, const auto& texts) {
    std::map<std::string_view, std::vector<std::string_view>> by_language;
    for (const auto& text : texts) by_language[text.language].push_back(text.text);
    for (const auto& [language, parts] : by_language) give(field, language, parts);
  };

  for (const std::string* title :
       {&anime.titles.romaji, &anime.titles.english, &anime.titles.native, &anime.titles.russian}) {
    give_name(TextField::title, *title);
  }
  for (const std::string& synonym : anime.titles.synonyms) give_name(TextField::synonym, synonym);
  if (options.cyrillic_titles) {
    for (const std::string& spelling : romaji_to_cyrillic(anime.titles.romaji)) {
      give_name(TextField::synonym, spelling);
    }
  }
  std::vector<std::string_view> tags;
  for (const auto* list : {&anime.genres, &anime.themes, &anime.demographics, &anime.studios}) {
    tags.insert(tags.end(), list->begin(), list->end());
  }
  for (const Tag& tag : anime.tags) tags.push_back(tag.name);
  give(TextField::tag, "", tags);
  give_by_language(TextField::synopsis, anime.synopses);
  give_by_language(TextField::remembered, anime.remembered);
}

}  // namespace anireco
