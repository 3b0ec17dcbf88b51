#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/error.h"
#include "catalog/anime_json.h"
#include "gather/jikan_source.h"
#include "gather/kitsu_source.h"
#include "gather/mal_source.h"
#include "gather/offline_source.h"
#include "gather/shikimori_source.h"

// Any answer is a page or corrupt, whichever source it is said to be of (first byte); what is read
// survives being stored.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace anireco;
  static const std::array<std::unique_ptr<Source>, 5> kSources = {
      std::make_unique<MalSource>(MalOptions{.client_id = "key"}), std::make_unique<KitsuSource>(),
      std::make_unique<OfflineSource>(), std::make_unique<ShikimoriSource>(),
      std::make_unique<JikanSource>(JikanOptions{.base_url = "http://127.0.0.1"})};
  if (size == 0) return 0;
  const Source& source = *kSources[data[0] % kSources.size()];
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  source.check_page(body);
  try {
    const SourcePage page = source.read_page(GatherScope::all, "", body);
    for (const Anime& anime : page.records) {
      if (!(parse_anime_json(to_json(anime), {.source = "x"}).anime == anime)) __builtin_trap();
    }
    if (page.next) source.page_request(GatherScope::all, *page.next);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::corrupt) __builtin_trap();
  }
  return 0;
}
