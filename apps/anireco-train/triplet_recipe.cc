#include "triplet_recipe.h"

#include "recipe_reader.h"

namespace anireco::trainer {

TripletRecipe read_triplet_recipe(const std::filesystem::path& path) {
  TripletRecipe recipe;
  TripletOptions& triplets = recipe.triplets;
  RecipeReader reader(path);
  constexpr std::int64_t kMany = 1'000'000;
  reader.whole<std::size_t>("triplets", triplets.count, 100, kMany);
  reader.whole<std::size_t>("least_triplets", triplets.least, 1, kMany);
  reader.number("positive_least", triplets.positive_least, 0, 1);
  reader.number("negative_least", triplets.negative_least, 0, 1);
  reader.number("negative_most", triplets.negative_most, 0, 1);
  reader.number("validation", triplets.validation, 0.01, 0.9);
  double least_score = double{triplets.least_score};
  reader.number("least_score", least_score, 0, 10);
  triplets.least_score = static_cast<float>(least_score);
  const std::string split = reader.text("split");
  if (!split.empty() && split != "triplet" && split != "franchise") {
    reader.refuse("\"split\" must be \"triplet\" or \"franchise\"");
  }
  if (split == "franchise") triplets.split = TripletSplit::franchise;
  reader.number("story", recipe.story, 0, 1);
  reader.whole<std::int64_t>("max_tokens", recipe.max_tokens, 8, 4096);
  reader.whole<std::int64_t>("head_width", recipe.head_width, 1, 4096);
  reader.whole<std::int64_t>("dimension", recipe.dimension, 2, 4096);
  reader.number("dropout", recipe.dropout, 0, 0.9);
  reader.number("margin", recipe.margin, 1e-3, 2);
  reader.number("encoder_rate", recipe.encoder_rate, 0, 1);
  reader.number("head_rate", recipe.head_rate, 1e-9, 1);
  reader.number("weight_decay", recipe.weight_decay, 0, 1);
  reader.number("warm_up", recipe.warm_up, 0, 1);
  reader.whole<std::int64_t>("epochs", recipe.epochs, 1, kMany);
  reader.whole<std::int64_t>("batch", recipe.batch, 2, 4096);
  reader.whole<std::int64_t>("unfreeze_first", recipe.unfreeze_first, 0, 1024);
  reader.whole<std::int64_t>("unfreeze_each", recipe.unfreeze_each, 0, 1024);
  reader.whole<std::int64_t>("patience", recipe.patience, 1, kMany);
  reader.whole<std::int64_t>("report_titles", recipe.report_titles, 20, 20'000);
  reader.whole<std::uint64_t>("seed", recipe.seed, 0, UINT64_MAX);
  triplets.seed = recipe.seed;
  reader.finish();
  if (triplets.negative_least > triplets.negative_most ||
      triplets.negative_most >= triplets.positive_least) {
    reader.refuse("\"negative_least\", \"negative_most\", \"positive_least\" must rise");
  }
  return recipe;
}

}  // namespace anireco::trainer
