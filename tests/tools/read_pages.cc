// For tools/rewrite_catalogue.py; not part of the product.
//
//   read_pages SOURCE FILE...    stored pages of a source, as the JSON lines `anireco import` reads

#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "base/file.h"
#include "catalog/anime_json.h"
#include "gather/jikan_source.h"
#include "gather/kitsu_source.h"
#include "gather/mal_source.h"
#include "gather/offline_source.h"
#include "gather/shikimori_source.h"

namespace {

using namespace anireco;

std::unique_ptr<Source> make_source(const std::string& name) {
  if (name == "kitsu") return std::make_unique<KitsuSource>();
  if (name == "offline") return std::make_unique<OfflineSource>();
  if (name == "shikimori") return std::make_unique<ShikimoriSource>();
  if (name == "mal") return std::make_unique<MalSource>(MalOptions{.client_id = "none"});
  if (name == "jikan") return std::make_unique<JikanSource>(JikanOptions{.base_url = "none"});
  return nullptr;
}

int run(const std::vector<std::string>& arguments) {
  const std::unique_ptr<Source> source = arguments.empty() ? nullptr : make_source(arguments[0]);
  if (source == nullptr || arguments.size() < 2) {
    std::cerr << "usage: read_pages mal|kitsu|offline|shikimori|jikan FILE...\n";
    return 2;
  }
  std::size_t records = 0;
  std::size_t problems = 0;
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string body = read_file(arguments[i]);
    const SourcePage page = source->read_page(GatherScope::all, "", body);
    for (const Anime& record : page.records) std::cout << to_json(record) << '\n';
    for (const std::string& problem : page.problems) {
      if (++problems <= 20) std::cerr << problem << '\n';
    }
    records += page.records.size();
  }
  std::cerr << source->name() << ": " << records << " records, " << problems << " problems\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
