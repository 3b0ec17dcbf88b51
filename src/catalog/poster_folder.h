#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace anireco {

enum class ImageForm { jpeg, png, webp };

/// By the first bytes; nullopt for anything else.
std::optional<ImageForm> image_form(std::string_view bytes);
/// "image/jpeg"
std::string_view media_type(ImageForm form);

/// One fetched cover. Its file name says all: "abcdefghij-0123456789abcdef.jpg", id, hash of the
/// address it came from, form.
struct Poster {
  std::string id = {};             ///< Ours.
  std::uint64_t address_hash = 0;  ///< xxh3 of the image_url.
  ImageForm form = ImageForm::jpeg;
  bool operator==(const Poster&) const = default;
};

std::string poster_name(const Poster& poster);
/// nullopt for any other name; what it accepts never leads out of a folder.
std::optional<Poster> parse_poster_name(std::string_view name);

/// By id. Of two of one title (an address changed) the one whose name sorts last.
using Posters = std::map<std::string, Poster, std::less<>>;

/// The posters in a folder; none when it does not exist. Reads names only.
Posters list_posters(const std::filesystem::path& folder);

}  // namespace anireco
