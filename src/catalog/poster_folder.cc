#include "catalog/poster_folder.h"

#include <fmt/core.h>

#include <charconv>
#include <set>
#include <system_error>

#include "catalog/anime_id.h"

namespace anireco {
namespace {

constexpr std::size_t kIdSize = 10;
constexpr std::size_t kHashSize = 16;
constexpr std::size_t kStemSize = kIdSize + 1 + kHashSize;

std::string_view extension(ImageForm form) {
  switch (form) {
    case ImageForm::jpeg:
      return ".jpg";
    case ImageForm::png:
      return ".png";
    case ImageForm::webp:
      return ".webp";
  }
  return ".jpg";
}

}  // namespace

std::optional<ImageForm> image_form(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xD8\xFF")) return ImageForm::jpeg;
  if (bytes.starts_with("\x89PNG\r\n\x1A\n")) return ImageForm::png;
  if (bytes.starts_with("RIFF") && bytes.size() >= 12 && bytes.substr(8, 4) == "WEBP") {
    return ImageForm::webp;
  }
  return std::nullopt;
}

std::string_view media_type(ImageForm form) {
  switch (form) {
    case ImageForm::jpeg:
      return "image/jpeg";
    case ImageForm::png:
      return "image/png";
    case ImageForm::webp:
      return "image/webp";
  }
  return "image/jpeg";
}

std::string poster_name(const Poster& poster) {
  return fmt::format("{}-{:016x}{}", poster.id, poster.address_hash, extension(poster.form));
}

std::optional<Poster> parse_poster_name(std::string_view name) {
  if (name.size() < kStemSize || name[kIdSize] != '-' || !is_anime_id(name.substr(0, kIdSize))) {
    return std::nullopt;
  }
  Poster poster;
  poster.id = name.substr(0, kIdSize);
  const char* const hash = name.data() + kIdSize + 1;
  if (std::from_chars(hash, hash + kHashSize, poster.address_hash, 16).ptr != hash + kHashSize) {
    return std::nullopt;
  }
  for (const ImageForm form : {ImageForm::jpeg, ImageForm::png, ImageForm::webp}) {
    poster.form = form;
    if (name == poster_name(poster)) return poster;
  }
  return std::nullopt;
}

Posters list_posters(const std::filesystem::path& folder) {
  std::set<std::string> names;
  std::error_code error;
  for (auto entry = std::filesystem::directory_iterator(folder, error);
       !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    names.insert(entry->path().filename().string());
  }
  Posters posters;
  for (const std::string& name : names) {
    if (auto poster = parse_poster_name(name)) {
      std::string id = poster->id;
      posters.insert_or_assign(std::move(id), *std::move(poster));
    }
  }
  return posters;
}

}  // namespace anireco
