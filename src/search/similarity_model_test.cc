#include "search/similarity_model.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace anireco {
namespace {

SimilarityModel small_model() {
  SimilarityModel model;
  for (std::size_t f = 0; f < kSimilarFeatureCount; ++f) {
    model.weight[f] = static_cast<float>(f) - 3.5F;
  }
  AffinityRows& a = model.affinity;
  a.dimension = 2;
  a.text_dimension = 3;
  a.model_fingerprint = "abc";
  a.text = {1, -2, 0.25F, 4, 5, 6};
  a.facts.assign(kAffinityFactCount * 2, 0.5F);
  a.terms[0]["slice of life"] = {1, 2};
  a.terms[3]["time: travel"] = {-1, 0.125F};
  model.record = {{"pairs", "12 of split train"}};
  return model;
}

std::string without_line(const std::string& text, const std::string& start) {
  const std::size_t at = text.find("\n" + start) + 1;
  return text.substr(0, at) + text.substr(text.find('\n', at) + 1);
}

TEST(SimilarityModel, reads_what_it_writes) {
  const SimilarityModel model = small_model();
  const std::string text = format_similarity_model(model);
  const SimilarityModel read = parse_similarity_model(text);
  EXPECT_EQ(read.weight, model.weight);
  EXPECT_EQ(read.affinity.text, model.affinity.text);
  EXPECT_EQ(read.affinity.facts, model.affinity.facts);
  EXPECT_EQ(read.affinity.terms, model.affinity.terms);
  EXPECT_EQ(read.affinity.model_fingerprint, "abc");
  EXPECT_EQ(read.record, model.record);
  EXPECT_EQ(format_similarity_model(read), text);
}

TEST(SimilarityModel, needs_no_affinity_space) {
  SimilarityModel model = small_model();
  model.affinity = {};
  EXPECT_EQ(parse_similarity_model(format_similarity_model(model)).affinity.dimension, 0U);
}

TEST(SimilarityModel, refuses_damage_and_names_the_line) {
  const std::string text = format_similarity_model(small_model());
  const auto refused = [](const std::string& damaged, const std::string& said) {
    try {
      parse_similarity_model(damaged);
      ADD_FAILURE() << "taken: " << said;
    } catch (const Error& e) {
      EXPECT_EQ(e.kind(), ErrorKind::corrupt);
      EXPECT_NE(std::string(e.what()).find(said), std::string::npos) << e.what();
    }
  };
  refused("", "missing");
  refused("something else\n", "line 1");
  refused(without_line(text, "feature tags"), "missing");
  refused(without_line(text, "text 1"), "missing");
  refused(without_line(text, "fact 2"), "missing");
  refused(text + "feature tags 1\n", "given twice");
  refused(text + "text 0 1 2\n", "given twice");
  refused(text + "text 3 1 2\n", "no number up to 2");
  refused(text + "term genre new\t1\n", "a word is missing");
  refused(text + "term genre new\t1 2 3\n", "too long");
  refused(text + "term genre new\t1 nan\n", "no number");
  refused(text + "term mood new\t1 2\n", "unknown field");
  refused(text + "surprise 1\n", "no kind of line");
  refused(text + "affinity 9999999 3 abc\n", "second affinity");
}

TEST(SimilarityModel, any_cut_is_refused_or_still_a_model) {
  const std::string text = format_similarity_model(small_model());
  for (std::size_t length = 0; length < text.size(); ++length) {
    try {
      parse_similarity_model(text.substr(0, length));
    } catch (const Error& e) {
      EXPECT_EQ(e.kind(), ErrorKind::corrupt);
    }
  }
}

TEST(SimilarityModel, the_one_that_ships_is_whole) {
  const SimilarityModel& model = default_similarity_model();
  EXPECT_GT(model.affinity.dimension, 0U);
  EXPECT_GT(model.weight[static_cast<std::size_t>(SimilarFeature::affinity)], 0);
  EXPECT_FALSE(model.record.empty());
}

}  // namespace
}  // namespace anireco
