#include "recipe.h"

#include "recipe_reader.h"

namespace anireco::trainer {

Recipe read_recipe(const std::filesystem::path& path) {
  Recipe recipe;
  RecipeReader reader(path);
  for (const std::string& name : reader.texts("requests")) {
    recipe.requests.push_back(path.parent_path() / name);
  }
  if (recipe.requests.empty()) reader.refuse("\"requests\" names no file");
  constexpr std::int64_t kMany = 1'000'000;
  reader.whole<std::int64_t>("rank", recipe.rank, 1, 384);
  reader.number("alpha", recipe.alpha, 1e-3, 1e4);
  reader.number("dropout", recipe.dropout, 0, 0.9);
  reader.whole<std::int64_t>("steps", recipe.steps, 1, kMany);
  reader.whole<std::int64_t>("batch", recipe.batch, 2, 4096);
  reader.number("learning_rate", recipe.learning_rate, 1e-9, 1);
  reader.number("warm_up", recipe.warm_up, 0, 1);
  reader.number("weight_decay", recipe.weight_decay, 0, 1);
  reader.number("temperature", recipe.temperature, 1e-3, 10);
  reader.number("window_weight", recipe.window_weight, 0, 100);
  reader.number("word_dropout", recipe.word_dropout, 0, 0.9);
  reader.number("own_words", recipe.own_words, 0, 1);
  reader.number("sentences", recipe.sentences, 0, 0.9);
  reader.whole<std::int64_t>("sentence_titles", recipe.sentence_titles, 100, kMany);
  reader.whole<std::int64_t>("validate_every", recipe.validate_every, 1, kMany);
  reader.whole<std::uint64_t>("seed", recipe.seed, 0, UINT64_MAX);
  reader.finish();
  return recipe;
}

}  // namespace anireco::trainer
