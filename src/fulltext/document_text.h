#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "catalog/anime.h"

namespace anireco {

/// A passage of a title's own text that is encoded for itself.
struct Window {
  std::string text;
  bool spoiler = false;  ///< Searched, never shown.
};

/// What is encoded as the vector of the whole title: names, genres, themes, tags, English synopsis.
/// Never empty for a record with a title. The encoder reads English only, so other languages stay
/// out.
std::string document_text(const Anime& anime);

/// The title's windows in a fixed order: every English remembered phrase, then two sentences at a
/// time, one further each step, of every English synopsis; at most kMaxWindows. A window's number
/// is its place here.
std::vector<Window> document_windows(const Anime& anime);
constexpr std::size_t kMaxWindows = 32;

/// The text of window `number` as it may be shown: empty for a spoiler or a number out of range.
std::string window_text(const Anime& anime, std::size_t number);

}  // namespace anireco
