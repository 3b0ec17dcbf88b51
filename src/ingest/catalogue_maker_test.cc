#include "ingest/catalogue_maker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "catalog/anime_json.h"
#include "ingest/clean_record.h"
#include "ingest/encoded_texts.h"
#include "ingest/noisy_encoder.h"

namespace anireco {
namespace {

/// The starter catalogue, as an import takes it.
const std::vector<Anime>& starter() {
  static const std::vector<Anime> kAll = [] {
    std::vector<std::filesystem::path> files;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::string(ANIRECO_SOURCE_DIR) + "/data/starter")) {
      if (entry.path().extension() == ".jsonl") files.push_back(entry.path());
    }
    std::ranges::sort(files);
    std::vector<Anime> all;
    for (const std::filesystem::path& path : files) {
      std::ifstream file(path);
      for (std::string line; std::getline(file, line);) {
        if (line.empty()) continue;
        all.push_back(parse_anime_json(line).anime);
        clean_record(all.back());
      }
    }
    return all;
  }();
  return kAll;
}

std::vector<Anime> made(std::size_t titles, std::uint64_t seed) {
  CatalogueMaker maker(starter(), titles, seed);
  std::vector<Anime> all;
  for (std::size_t i = 0; i < titles; ++i) {
    all.push_back(maker.next());
    clean_record(all.back());
  }
  return all;
}

/// What a search's cost and ranking depend on.
struct Profile {
  double synopsis_bytes = 0;             ///< A title.
  double windows = 0;                    ///< A title.
  double words = 0;                      ///< A title, of synopses.
  double relations = 0;                  ///< A title.
  std::vector<double> frequencies;       ///< Of the words, greatest first; they sum to 1.
  std::map<std::string, double> facets;  ///< Share of titles that have the value.

  /// Slope of log frequency over log rank between two ranks: Zipf's exponent.
  double zipf(std::size_t from, std::size_t to) const {
    return std::log(frequencies[from - 1] / frequencies[to - 1]) /
           std::log(static_cast<double>(to) / static_cast<double>(from));
  }
};

Profile profile(const std::vector<Anime>& titles) {
  Profile p;
  const double n = static_cast<double>(titles.size());
  std::map<std::string, double> counts;
  double total = 0;
  for (const Anime& a : titles) {
    for (const SourcedText& s : a.synopses) {
      p.synopsis_bytes += static_cast<double>(s.text.size()) / n;
      for_each_word(s.text, [&](const std::string& word) {
        counts[word] += 1;
        total += 1;
      });
    }
    p.windows += static_cast<double>(encoded_texts(a).size()) / n;
    p.relations += static_cast<double>(a.relations.size()) / n;
    const auto count = [&](const std::string& facet) { p.facets[facet] += 1 / n; };
    for (const std::string& g : a.genres) count("genre " + g);
    for (const std::string& t : a.themes) count("theme " + t);
    for (const std::string& d : a.demographics) count("demographic " + d);
    for (const Tag& t : a.tags) count("tag " + t.name);
    count("type " + std::to_string(static_cast<int>(a.type)));
    count("status " + std::to_string(static_cast<int>(a.status)));
    count("decade " + std::to_string(a.year / 10));
  }
  p.words = total / n;
  for (const auto& [word, times] : counts) p.frequencies.push_back(times / total);
  std::ranges::sort(p.frequencies, std::greater<>());
  return p;
}

void expect_near(double made_value, double real_value, const std::string& what) {
  EXPECT_NEAR(made_value, real_value, 0.05 * std::abs(real_value)) << what;
}

/// least_share, last_rank: facets and words that are rarer are not looked at.
void expect_alike(const Profile& made_profile, const Profile& real, double least_share,
                  std::size_t last_rank) {
  expect_near(made_profile.synopsis_bytes, real.synopsis_bytes, "bytes of synopses");
  expect_near(made_profile.windows, real.windows, "windows");
  expect_near(made_profile.words, real.words, "words");
  for (const std::size_t rank : {1U, 3U, 10U, 30U, 100U, 300U, 1000U}) {
    if (rank > last_rank) continue;
    expect_near(made_profile.frequencies[rank - 1], real.frequencies[rank - 1],
                "frequency of rank " + std::to_string(rank));
  }
  expect_near(made_profile.zipf(10, last_rank), real.zipf(10, last_rank), "Zipf's exponent");
  for (const auto& [facet, share] : real.facets) {
    if (share < least_share) continue;
    const auto found = made_profile.facets.find(facet);
    ASSERT_NE(found, made_profile.facets.end()) << facet;
    expect_near(found->second, share, facet);
  }
}

TEST(CatalogueMaker, follows_the_starter_catalogue_within_five_percent) {
  ASSERT_GE(starter().size(), 3900U);
  const Profile real = profile(starter());
  const Profile twice = profile(made(2 * starter().size(), 7));
  expect_alike(twice, real, 0, 1000);
  expect_near(static_cast<double>(twice.frequencies.size()),
              static_cast<double>(real.frequencies.size()), "different words");
  expect_near(twice.relations, real.relations, "relations");
}

TEST(CatalogueMaker, follows_it_between_multiples_where_values_are_not_rare) {
  expect_alike(profile(made(starter().size() * 11 / 4, 1)), profile(starter()), 0.1, 300);
}

TEST(CatalogueMaker, gives_the_same_for_the_same_seed_and_other_titles_for_another) {
  const std::vector<Anime> one = made(300, 5);
  EXPECT_EQ(one, made(300, 5));
  EXPECT_FALSE(one == made(300, 6));
}

TEST(CatalogueMaker, makes_titles_that_an_import_takes_and_keeps_apart) {
  std::set<std::uint32_t> ids;
  const std::vector<Anime> all = made(2500, 3);
  for (const Anime& a : all) {
    EXPECT_TRUE(ids.insert(a.ids.mal).second);
    const ParsedAnime parsed = parse_anime_json(to_json(a));
    EXPECT_TRUE(parsed.warnings.empty()) << to_json(a);
    EXPECT_EQ(parsed.anime.synopses, a.synopses);
  }
  for (const Anime& a : all) {
    for (const Relation& r : a.relations) EXPECT_TRUE(ids.contains(r.target.mal));
  }
}

TEST(CatalogueMaker, wants_a_catalogue) { EXPECT_ANY_THROW(CatalogueMaker({}, 10, 1)); }

TEST(NoisyEncoder, gives_a_named_text_its_row_with_noise) {
  NoisyEncoder encoder({1, 0, 0, 0, 0, 1, 0, 0}, 4, "model-fingerprint-1", 0.3F);
  encoder.name("ann", 1);
  const std::vector<float> made_vector = encoder.encode(std::string("ann"));
  EXPECT_EQ(made_vector, encoder.encode(std::string("ann")));
  float length = 0;
  for (const float v : made_vector) length += v * v;
  EXPECT_NEAR(length, 1, 1e-5F);
  EXPECT_GT(made_vector[1], 0.7F);
  EXPECT_LT(made_vector[1], 1);
  NoisyEncoder exact({1, 0, 0, 0, 0, 1, 0, 0}, 4, "model-fingerprint-1", 0);
  exact.name("ann", 1);
  EXPECT_EQ(exact.encode(std::string("ann")), (std::vector<float>{0, 1, 0, 0}));
  EXPECT_ANY_THROW(NoisyEncoder({1, 2, 3}, 2, "model-fingerprint-1", 0));
}

TEST(NoisyEncoder, adds_noise_of_the_length_asked_for) {
  constexpr std::size_t kDimension = 384;
  std::vector<float> row(kDimension, 0);
  row[0] = 1;
  NoisyEncoder encoder(row, kDimension, "model-fingerprint-1", 0.3F);
  double mean = 0;
  for (int i = 0; i < 200; ++i) {
    mean += static_cast<double>(encoder.encode("text " + std::to_string(i))[0]) / 200;
  }
  // The cosine of a unit vector and itself plus noise across it of length .3.
  EXPECT_NEAR(mean, 1 / std::sqrt(1 + 0.09), 0.01);
}

}  // namespace
}  // namespace anireco
