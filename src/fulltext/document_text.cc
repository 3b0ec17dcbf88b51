#include "fulltext/document_text.h"

#include "text/sentences.h"

namespace anireco {
namespace {

constexpr std::string_view kEnglish = "en";

void append_sentence(std::string& text, std::string_view sentence) {
  if (sentence.empty()) return;
  if (!text.empty()) text += ' ';
  text += sentence;
  if (text.back() != '.') text += '.';
}

void append_list(std::string& text, std::string_view label, const std::vector<std::string>& names) {
  if (names.empty()) return;
  std::string line(label);
  for (std::size_t n = 0; n < names.size(); ++n) {
    line += n == 0 ? ": " : ", ";
    line += names[n];
  }
  append_sentence(text, line);
}

/// Making a splitter costs as much as splitting a hundred synopses, so each thread keeps its own.
SentenceSplitter& splitter() {
  thread_local SentenceSplitter kept;
  return kept;
}

}  // namespace

std::string document_text(const Anime& anime) {
  std::string text;
  append_sentence(text, anime.titles.romaji);
  if (anime.titles.english != anime.titles.romaji) append_sentence(text, anime.titles.english);
  if (text.empty()) append_sentence(text, anime.titles.native);
  append_list(text, "Genres", anime.genres);
  append_list(text, "Themes", anime.themes);
  std::vector<std::string> tags;
  for (const Tag& tag : anime.tags) tags.push_back(tag.name);
  append_list(text, "Tags", tags);
  for (const SourcedText& synopsis : anime.synopses) {
    if (synopsis.language != kEnglish) continue;
    append_sentence(text, synopsis.text);
    break;
  }
  return text;
}

std::vector<Window> document_windows(const Anime& anime) {
  std::vector<Window> windows;
  const auto add = [&](std::string text, bool spoiler) {
    if (windows.size() < kMaxWindows && !text.empty())
      windows.push_back({std::move(text), spoiler});
  };
  for (const RememberedPhrase& phrase : anime.remembered) {
    if (phrase.language == kEnglish) add(phrase.text, phrase.spoiler);
  }
  for (const SourcedText& synopsis : anime.synopses) {
    if (synopsis.language != kEnglish) continue;
    const std::vector<TextSpan> sentences = splitter().split(synopsis.text);
    for (std::size_t s = 0; s < sentences.size(); ++s) {
      const std::size_t last = std::min(s + 1, sentences.size() - 1);
      if (s > 0 && last == s) break;
      add(synopsis.text.substr(sentences[s].begin, sentences[last].end - sentences[s].begin),
          false);
    }
  }
  return windows;
}

std::string window_text(const Anime& anime, std::size_t number) {
  std::vector<Window> windows = document_windows(anime);
  if (number >= windows.size() || windows[number].spoiler) return {};
  return std::move(windows[number].text);
}

}  // namespace anireco
