#pragma once

#include <fmt/format.h>

#include <charconv>
#include <sstream>
#include <string>
#include <vector>

#include "base/error.h"
#include "gather/source.h"

namespace anireco {

/// A source for tests: three titles a page by offset, as lines "ID STATUS [YEAR]" under a line
/// "TOTAL [NEXT]".
class TestSource final : public Source {
 public:
  struct Title {
    std::uint32_t id = 0;
    std::string status = {};
    int year = 0;
  };
  static constexpr std::size_t kPage = 3;

  std::string_view name() const override { return "test"; }
  SourceTerms terms() const override {
    return {.limit = {.per_second = 2},
            .page_size = kPage,
            .expected_titles = 10,
            .fields = {"titles.romaji", "score"}};
  }
  FetchRequest page_request(GatherScope, std::string_view cursor) const override {
    return {.url = fmt::format("http://test.example/list?offset={}", cursor.empty() ? "0" : cursor),
            .headers = {{"X-Key", "secret"}}};
  }
  SourcePage read_page(GatherScope, std::string_view, std::string_view body) const override {
    std::istringstream lines{std::string(body)};
    std::string line;
    SourcePage page;
    std::getline(lines, line);
    std::istringstream head(line);
    if (!(head >> page.total)) throw Error(ErrorKind::corrupt, "no total");
    if (std::string next; head >> next) page.next = next;
    while (std::getline(lines, line)) {
      std::istringstream fields(line);
      Anime anime;
      std::string status;
      int year = 0;
      if (!(fields >> anime.ids.mal >> status)) throw Error(ErrorKind::corrupt, "no title");
      fields >> year;
      anime.titles.romaji = fmt::format("Title {}", anime.ids.mal);
      anime.score = 7;
      anime.year = static_cast<std::uint16_t>(year);
      anime.status = status == "airing"     ? AiringStatus::airing
                     : status == "upcoming" ? AiringStatus::upcoming
                                            : AiringStatus::finished;
      page.records.push_back(anime);
    }
    return page;
  }
  std::vector<std::string> check_page(std::string_view body) const override {
    return body.empty() ? std::vector<std::string>{"total: missing"} : std::vector<std::string>{};
  }

  static std::size_t offset_of(const std::string& url) {
    std::size_t offset = 0;
    const std::size_t begin = url.find('=') + 1;
    std::from_chars(url.data() + begin, url.data() + url.size(), offset);
    return offset;
  }
  static std::string body(const std::vector<Title>& titles, std::size_t offset, bool total) {
    std::string text = fmt::format("{}", total ? titles.size() : 0);
    if (offset + kPage < titles.size()) text += fmt::format(" {}", offset + kPage);
    text += "\n";
    for (std::size_t i = offset; i < std::min(titles.size(), offset + kPage); ++i) {
      text += fmt::format("{} {} {}\n", titles[i].id, titles[i].status, titles[i].year);
    }
    return text;
  }
};

}  // namespace anireco
