#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/anime.h"
#include "catalog/catalog_store.h"

namespace anireco {

struct DocumentTextOptions {
  /// Windows of one title, at least 0: our own synopsis first, then remembered phrases, then other
  /// sources' synopses.
  std::size_t max_windows = 24;
  std::size_t max_tags = 20;              ///< In the document's text.
  std::size_t max_document_bytes = 2400;  ///< The encoder reads about the first 1,100 of English.
  std::size_t max_window_bytes = 1000;
};

enum class WindowKind { synopsis, remembered };

/// A short passage of a title that has a vector of its own.
struct Window {
  std::string text;
  WindowKind kind = WindowKind::synopsis;
  bool spoiler = false;  ///< Searched, never shown.
};

/// What of a title is encoded.
struct DocumentTexts {
  std::string document;         ///< Empty: the title has no text the model could read.
  std::vector<Window> windows;  ///< Numbered from 0, as DenseHit::window counts them.
};

/// Makes the texts that a title's vectors are made of. English only (the model knows no other
/// language):
///  - document: names, genres, themes and demographics, tags, then the English synopses, ours
///    first: "Mushishi. Genres: Adventure, Mystery. Themes: Historical. Tags: spirits. Ginko …".
///  - windows: two neighbouring sentences of a synopsis, stepping by one (a synopsis of one
///    sentence is one window), and each English remembered phrase.
/// Depends on the record and the options alone, so that window numbers can be turned back into
/// text at any time. Thread-safe: holds a few sentence splitters for its callers to share.
class DocumentTextMaker {
 public:
  explicit DocumentTextMaker(const DocumentTextOptions& options = {});
  ~DocumentTextMaker();
  DocumentTextMaker(DocumentTextMaker&&) noexcept;
  DocumentTextMaker& operator=(DocumentTextMaker&&) noexcept;

  DocumentTexts texts(const Anime& anime) const;

  /// The passage behind DenseHit::window, for explanations; an empty one for a number that the
  /// title does not have.
  Window window_text(const Anime& anime, std::size_t number) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// First half of the text's sha256.
TextHash text_hash(std::string_view text);

}  // namespace anireco
