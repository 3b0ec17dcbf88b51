#pragma once

// Internal to offline_source: needs Boost.JSON.

#include <boost/json/value.hpp>
#include <cstddef>
#include <optional>
#include <string_view>

namespace anireco::gather_detail {

/// The titles of an anime-offline-database file, one after the other, whichever of the two forms
/// it has: one JSON object with the list "data", or JSON lines, whose first line says what the file
/// is.
class OfflineFile {
 public:
  /// `body` must outlive the object. Throws Error{corrupt} if it has neither form.
  explicit OfflineFile(std::string_view body);

  /// The next value of the list, or nothing at its end. Throws Error{corrupt} for broken JSON and
  /// for a file that ends within the list.
  std::optional<boost::json::value> next();
  /// Bytes read so far.
  std::size_t position() const { return at_; }

 private:
  void skip_space();
  [[noreturn]] void fail() const;

  std::string_view body_;
  std::size_t at_ = 0;
  bool lines_ = false;
  bool first_ = true;
  bool closed_ = false;
};

}  // namespace anireco::gather_detail
