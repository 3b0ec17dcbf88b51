// Prints how fast the text module goes over the synopses and titles of a catalogue, one thread, by
// the processor's time (the best of five rounds):
// text_speed MODEL_FOLDER CATALOGUE.jsonl.gz

#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>
#include <ctime>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/gzip_reader.h"
#include "text/analyzer.h"
#include "text/clean.h"
#include "text/sentences.h"
#include "text/unicode.h"
#include "text/word_piece.h"

namespace {

using Texts = std::vector<std::string>;

double processor_seconds() {
  std::timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

void measure(const char* what, const char* of, const Texts& texts,
             const std::function<std::size_t(const std::string&)>& work) {
  std::size_t bytes = 0;
  for (const std::string& text : texts) bytes += text.size();
  double best = 1e9;
  std::size_t results = 0;
  for (int round = 0; round < 5; ++round) {
    results = 0;
    const double start = processor_seconds();
    for (const std::string& text : texts) results += work(text);
    best = std::min(best, processor_seconds() - start);
  }
  std::printf("%-18s %-9s %6zu texts %6.1f MB %8zu results %7.3f s %7.1f MB/s\n", what, of,
              texts.size(), static_cast<double>(bytes) / 1e6, results, best,
              static_cast<double>(bytes) / 1e6 / best);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: text_speed MODEL_FOLDER CATALOGUE.jsonl[.gz]\n");
    return 2;
  }
  try {
    Texts raw;
    Texts synopses;
    Texts titles;
    anireco::LineReader lines(argv[2]);
    while (lines.next()) {
      const std::string_view line = lines.line();
      const boost::json::value value = boost::json::parse({line.data(), line.size()});
      const boost::json::object& record = value.as_object();
      const auto add = [](const boost::json::value& text, Texts& to) {
        if (text.is_string()) to.emplace_back(std::string_view(text.get_string()));
      };
      add(record.at("synopsis"), raw);
      add(record.at("title"), titles);
      add(record.at("title_japanese"), titles);
      for (const boost::json::value& synonym : record.at("synonyms").as_array()) {
        add(synonym, titles);
      }
    }
    for (const std::string& text : raw) synopses.push_back(anireco::clean_synopsis(text));

    const auto tokenizer = anireco::WordPiece::load(argv[1]);
    anireco::Analyzer analyzer;
    anireco::SentenceSplitter splitter;
    std::vector<anireco::Token> tokens;
    std::vector<std::int32_t> ids;
    for (const auto& [name, texts] : {std::pair{"synopses", &synopses}, {"titles", &titles}}) {
      measure("WordPiece", name, *texts, [&](const std::string& text) {
        ids.clear();
        tokenizer.encode_append(text, 1U << 30, ids);
        return ids.size();
      });
      measure("Analyzer", name, *texts, [&](const std::string& text) {
        analyzer.analyze(text, tokens);
        return tokens.size();
      });
      measure("fold_for_matching", name, *texts,
              [](const std::string& text) { return anireco::fold_for_matching(text).size(); });
    }
    measure("split_sentences", "synopses", synopses,
            [&](const std::string& text) { return splitter.split(text).size(); });
    measure("clean_synopsis", "raw", raw,
            [](const std::string& text) { return anireco::clean_synopsis(text).size(); });
  } catch (const std::exception& error) {
    std::fprintf(stderr, "text_speed: %s\n", error.what());
    return 1;
  }
  return 0;
}
