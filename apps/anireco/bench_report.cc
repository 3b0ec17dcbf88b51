#include "bench_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <thread>

#include "base/error.h"
#include "evaluation/truth.h"

namespace anireco::app {

TimeReport summarise(std::vector<double> times) {
  std::ranges::sort(times);
  const auto at = [&](double share) {
    return times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1) + 0.5)];
  };
  return {times.size(), at(0.5), at(0.99), times.back()};
}

std::string machine_name() {
  std::ifstream info("/proc/cpuinfo");
  std::string model = "unknown CPU";
  for (std::string line; std::getline(info, line);) {
    if (line.starts_with("model name")) {
      model = line.substr(line.find(':') + 2);
      break;
    }
  }
  return fmt::format("{} x {}", std::thread::hardware_concurrency(), model);
}

std::vector<std::string> bench_texts(const BenchOptions& options) {
  std::vector<std::string> texts;
  if (options.queries.empty()) {
    return {"a quiet show about a travelling doctor of spirits",
            "boy finds a notebook that kills whoever is written in it",
            "two strangers swap bodies and look for each other",
            "space bounty hunters with a corgi and a lot of jazz",
            "школьница получает силу в обмен на желание и жалеет об этом"};
  }
  for (JudgedQuery& query : read_judged_queries(options.queries)) {
    texts.push_back(std::move(query.text));
  }
  if (texts.empty()) throw Error(ErrorKind::invalid_argument, "--queries: the file has no request");
  return texts;
}

}  // namespace anireco::app
