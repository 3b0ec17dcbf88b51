#include "search/similar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "index/memory_vector_index.h"

namespace anireco {
namespace {

using ::testing::ElementsAre;
using ::testing::FloatNear;

Anime title(char letter, std::vector<std::string> genres, std::vector<Tag> tags = {}) {
  Anime a;
  a.id = std::string(9, 'a') + letter;
  a.titles.romaji = std::string(1, letter);
  a.type = AnimeType::tv;
  a.genres = std::move(genres);
  a.tags = std::move(tags);
  return a;
}

Catalog three_titles() {
  std::vector<Anime> all = {title('a', {"Drama", "Space"}, {{"ship", false}, {"twist", true}}),
                            title('b', {"Drama", "Space"}, {{"ship", false}, {"twist", true}}),
                            title('c', {"Comedy"})};
  all[0].year = 2000;
  all[1].year = 2010;
  all[1].episodes = 12;
  all[0].score = 8;
  all[1].score = 7.5F;
  all[0].age_rating = AgeRating::g;
  all[1].age_rating = AgeRating::pg13;
  return Catalog(std::move(all));
}

/// Of the first two of them.
MemoryVectorIndex vectors_of_two() {
  MemoryVectorIndex vectors(2, "m");
  vectors.add(std::vector<float>{1, 0}, {});
  vectors.add(std::vector<float>{0.6F, 0.8F}, {});
  vectors.add({}, {});
  return vectors;
}

float value(const SimilarFeatures& features, SimilarFeature feature) {
  return features[static_cast<std::size_t>(feature)];
}

TEST(SimilarityScorer, counts_what_two_titles_share) {
  const Catalog catalog = three_titles();
  const MemoryVectorIndex vectors = vectors_of_two();
  const SimilarityModel model;
  const SimilarityScorer scorer(catalog, &vectors, nullptr, model);
  const auto features = scorer.features(0, std::vector<DocId>{1, 2});

  const SimilarFeatures& near = features[0];
  EXPECT_NEAR(value(near, SimilarFeature::text), 0.6F, 1e-6);
  EXPECT_NEAR(value(near, SimilarFeature::genres), 1, 1e-6);
  EXPECT_NEAR(value(near, SimilarFeature::tags), 1, 1e-6);
  const float idf = catalog.term_idf(Catalog::TermField::genres,
                                     catalog.terms(Catalog::TermField::genres, 0).front());
  EXPECT_NEAR(value(near, SimilarFeature::shared_genres), std::log1p(2 * idf), 1e-5);
  EXPECT_NEAR(value(near, SimilarFeature::year_difference), 1, 1e-6);
  EXPECT_NEAR(value(near, SimilarFeature::score), 0.5F, 1e-6);
  EXPECT_NEAR(value(near, SimilarFeature::episodes_difference), std::log1p(12.0F), 1e-5);
  EXPECT_EQ(value(near, SimilarFeature::age_difference), 2);
  EXPECT_NEAR(value(near, SimilarFeature::tag_count), std::log1p(2.0F), 1e-5);

  const SimilarFeatures& far = features[1];
  EXPECT_EQ(value(far, SimilarFeature::text), 0);
  EXPECT_EQ(value(far, SimilarFeature::genres), 0);
  EXPECT_EQ(value(far, SimilarFeature::shared_genres), 0);
  EXPECT_EQ(value(far, SimilarFeature::year_difference), 1);
  EXPECT_EQ(value(far, SimilarFeature::age_difference), 1);
}

TEST(SimilarityScorer, a_score_is_the_weighted_sum_of_the_features) {
  const Catalog catalog = three_titles();
  SimilarityModel model;
  for (std::size_t f = 0; f < kSimilarFeatureCount; ++f) model.weight[f] = 0.1F * float(f + 1);
  const SimilarityScorer scorer(catalog, nullptr, nullptr, model);
  const std::vector<DocId> docs = {1, 2};
  const auto features = scorer.features(0, docs);
  const auto scores = scorer.score(0, docs);
  for (std::size_t i = 0; i < docs.size(); ++i) {
    float sum = 0;
    for (std::size_t f = 0; f < kSimilarFeatureCount; ++f) sum += model.weight[f] * features[i][f];
    EXPECT_NEAR(scores[i], sum, 1e-4);
  }
}

TEST(SimilarityScorer, names_no_shared_spoiler) {
  const Catalog catalog = three_titles();
  const SimilarityModel model;
  const SimilarityScorer scorer(catalog, nullptr, nullptr, model);
  EXPECT_THAT(scorer.shared_terms(0, 1, 10), ElementsAre("ship", "Drama", "Space"));
}

/// A space of two dimensions: the first by text, the second by the genre "drama".
AffinityRows plain_rows() {
  AffinityRows rows{.dimension = 2, .text_dimension = 2};
  rows.model_fingerprint = "m";
  rows.text = {1, 0, 0, 0};
  rows.facts.assign(kAffinityFactCount * 2, 0);
  rows.terms[0]["drama"] = {0, 1};
  return rows;
}

TEST(AffinitySpace, places_titles_by_vector_and_terms) {
  const Catalog catalog = three_titles();
  MemoryVectorIndex vectors(2, "m");
  vectors.add(std::vector<float>{1, 0}, {});
  vectors.add({}, {});
  vectors.add(std::vector<float>{0, 1}, {});
  const AffinitySpace space(catalog, &vectors, plain_rows(), 3);
  const float drama =
      affinity_term_weight(catalog, 0, 0, catalog.terms(Catalog::TermField::genres, 0).front());
  const float norm = std::hypot(kAffinityTextScale, drama);
  EXPECT_THAT(space.place(0), ElementsAre(FloatNear(kAffinityTextScale / norm, 1e-5F),
                                          FloatNear(drama / norm, 1e-5F)));
  EXPECT_THAT(space.place(1), ElementsAre(0, 1));
  EXPECT_THAT(space.place(2), ElementsAre(0, 0));
}

TEST(AffinitySpace, compares_runs_of_titles_as_it_compares_lone_ones) {
  const Catalog catalog = three_titles();
  const MemoryVectorIndex vectors = vectors_of_two();
  const AffinitySpace space(catalog, &vectors, plain_rows());
  const auto cosine = [&](DocId doc) {
    const auto a = space.place(1);
    const auto b = space.place(doc);
    return a[0] * b[0] + a[1] * b[1];
  };
  for (const std::vector<DocId>& docs :
       {std::vector<DocId>{0, 1, 2}, {2, 0}, {0, 2}, {1}, {0, 0, 1}, {}}) {
    const std::vector<float> cosines = space.cosines(1, docs);
    ASSERT_EQ(cosines.size(), docs.size());
    for (std::size_t i = 0; i < docs.size(); ++i) {
      EXPECT_NEAR(cosines[i], cosine(docs[i]), 1e-6) << i << " of " << docs.size();
    }
  }
}

TEST(SimilarityScorer, a_rough_score_is_that_of_affinity_and_facts) {
  const Catalog catalog = three_titles();
  const MemoryVectorIndex vectors = vectors_of_two();
  SimilarityModel model;
  for (std::size_t f = 0; f < kSimilarFeatureCount; ++f) model.weight[f] = 0.1F * float(f + 1);
  const AffinitySpace space(catalog, &vectors, plain_rows());
  const std::vector<DocId> docs = {1, 2};
  const SimilarityScorer scorer(catalog, &vectors, &space, model);
  SimilarityModel of_text_and_terms = model;
  for (const auto f :
       {SimilarFeature::affinity, SimilarFeature::popularity, SimilarFeature::popularity_difference,
        SimilarFeature::year, SimilarFeature::year_difference, SimilarFeature::score,
        SimilarFeature::score_difference, SimilarFeature::episodes,
        SimilarFeature::episodes_difference, SimilarFeature::duration_difference,
        SimilarFeature::age_difference, SimilarFeature::same_type, SimilarFeature::same_source,
        SimilarFeature::is_tv}) {
    of_text_and_terms.weight[static_cast<std::size_t>(f)] = 0;
  }
  const SimilarityScorer rest(catalog, &vectors, &space, of_text_and_terms);
  for (std::size_t i = 0; i < docs.size(); ++i) {
    EXPECT_NEAR(scorer.score_roughly(0, docs)[i] + rest.score(0, docs)[i], scorer.score(0, docs)[i],
                1e-4);
  }
  const SimilarityScorer spaceless(catalog, &vectors, nullptr, model);
  EXPECT_EQ(spaceless.score_roughly(0, docs), spaceless.score(0, docs));
  const AffinitySpace none(catalog, &vectors, AffinityRows{});
  MemoryVectorIndex others(2, "another encoder");
  for (int n = 0; n < 3; ++n) others.add(std::vector<float>{1, 0}, {});
  const AffinitySpace textless(catalog, &others, plain_rows());
  for (const AffinitySpace* space_of_little : {&none, &textless}) {
    EXPECT_FALSE(space_of_little->complete());
    const SimilarityScorer whole(catalog, &others, space_of_little, model);
    EXPECT_EQ(whole.score_roughly(0, docs), whole.score(0, docs));
  }
}

TEST(AffinitySpace, takes_no_vectors_of_another_encoder) {
  const Catalog catalog = three_titles();
  MemoryVectorIndex vectors(2, "another");
  for (int n = 0; n < 3; ++n) vectors.add(std::vector<float>{1, 0}, {});
  const AffinitySpace space(catalog, &vectors, plain_rows());
  EXPECT_THAT(space.place(0), ElementsAre(0, 1));
  EXPECT_THAT(space.place(2), ElementsAre(0, 0));
}

}  // namespace
}  // namespace anireco
