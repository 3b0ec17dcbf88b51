#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace anireco {

/// mal_id to franchise id, of a tab-separated file with a header line. A title that the file does
/// not name is its own franchise.
class FranchiseTable {
 public:
  /// Throws Error{not_found, invalid_argument} naming file and line.
  static FranchiseTable read(const std::filesystem::path& path);
  std::uint32_t of(std::uint32_t mal_id) const;

 private:
  std::unordered_map<std::uint32_t, std::uint32_t> franchise_;
};

/// A request with its known answers.
struct JudgedQuery {
  std::string id;
  std::string text;
  std::string kind;  ///< "known-item", "mood", ...
  std::string origin;
  std::vector<std::uint32_t> answers;  ///< mal_ids
  std::vector<std::uint32_t> seeds;    ///< mal_ids of titles that the text names; not counted.
};

/// JSON lines {id, query, kind, answers:[{mal_id}], seeds?, origin?}. Throws Error naming file and
/// line.
std::vector<JudgedQuery> read_judged_queries(const std::filesystem::path& path);

/// Titles that people recommend to each other.
struct JudgedPair {
  std::uint32_t a = 0;  ///< mal_id
  std::uint32_t b = 0;
  std::string split;  ///< "train", "dev"
};

/// Tab-separated mal_id_a, mal_id_b, votes, split with a header line. Throws Error naming file and
/// line.
std::vector<JudgedPair> read_judged_pairs(const std::filesystem::path& path);

}  // namespace anireco
