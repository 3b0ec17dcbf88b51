#include "gather/gather_run.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <random>

#include "base/error.h"
#include "base/file.h"
#include "gather/dates.h"

namespace anireco {
namespace {

namespace json = boost::json;

constexpr long kMostDays = 7;

}  // namespace

GatherRun begin_run(const std::filesystem::path& folder, const std::string& parameters,
                    const Clock& clock) {
  const std::filesystem::path path = folder / "run.json";
  const std::string today = date_text(clock.date());
  try {
    boost::system::error_code error;
    const json::value value = json::parse(read_file(path, 1 << 20), error);
    if (!error && value.is_object()) {
      const json::object& object = value.as_object();
      const auto text = [&](std::string_view key) {
        const json::value* found = object.if_contains(key);
        return found != nullptr && found->is_string() ? std::string(found->as_string())
                                                      : std::string();
      };
      if (!text("run").empty() && text("parameters") == parameters &&
          days_between(text("started"), today) <= kMostDays) {
        return {text("run"), true};
      }
    }
  } catch (const Error& e) {
    if (e.kind() != ErrorKind::not_found) throw;
  }
  std::random_device random;
  const GatherRun run{fmt::format("{}-{:08x}{:08x}", today, random(), random())};
  write_file_atomic(path, json::serialize(json::object{
                              {"run", run.id}, {"started", today}, {"parameters", parameters}}) +
                              "\n");
  return run;
}

void end_run(const std::filesystem::path& folder) { remove_file(folder / "run.json"); }

}  // namespace anireco
