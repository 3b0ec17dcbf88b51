#include "space_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <map>

#include "base/file.h"
#include "training/svg_chart.h"
#include "training/triplets.h"

namespace anireco::trainer {
namespace {

namespace json = boost::json;

constexpr std::int64_t kNeighbours = 10;
constexpr double kAlike = 0.6;
constexpr std::size_t kGroups = 11;

std::vector<double> values_of(const torch::Tensor& tensor) {
  const torch::Tensor flat = tensor.to(torch::kCPU, torch::kFloat64).contiguous();
  return {flat.data_ptr<double>(), flat.data_ptr<double>() + flat.numel()};
}

std::string shown(const Interval& interval) {
  return fmt::format("{:.3f} [{:.3f}, {:.3f}]", interval.value, interval.low, interval.high);
}

json::object written(const SpaceFigures& figures) {
  const auto interval = [](const Interval& i) {
    return json::object{{"value", i.value}, {"low", i.low}, {"high", i.high}};
  };
  return {{"triplet_accuracy", interval(figures.accuracy)},
          {"neighbour_agreement", interval(figures.agreement)}};
}

/// Of each title its rarest genre among these titles: the one that says most. Names of the most
/// frequent ones, then "other".
struct Groups {
  std::vector<std::string> names;
  std::vector<std::size_t> of_title;
};

Groups genre_groups(const Catalog& catalog, std::span<const DocId> titles) {
  std::map<std::string, std::size_t> frequency;
  for (const DocId doc : titles) {
    for (const std::string& genre : catalog[doc].genres) ++frequency[genre];
  }
  std::vector<std::string> main(titles.size());
  std::map<std::string, std::size_t> used;
  for (std::size_t i = 0; i < titles.size(); ++i) {
    const auto& genres = catalog[titles[i]].genres;
    if (genres.empty()) continue;
    main[i] = *std::ranges::min_element(genres, {},
                                        [&](const std::string& genre) { return frequency[genre]; });
    ++used[main[i]];
  }
  std::vector<std::pair<std::string, std::size_t>> sorted(used.begin(), used.end());
  std::ranges::stable_sort(sorted, std::ranges::greater(),
                           &std::pair<std::string, std::size_t>::second);
  Groups groups;
  for (std::size_t i = 0; i < std::min(kGroups, sorted.size()); ++i) {
    groups.names.push_back(sorted[i].first);
  }
  groups.names.emplace_back("other");
  for (const std::string& genre : main) {
    const auto found = std::ranges::find(groups.names, genre);
    groups.of_title.push_back(found == groups.names.end()
                                  ? groups.names.size() - 1
                                  : static_cast<std::size_t>(found - groups.names.begin()));
  }
  return groups;
}

MapPanel panel_of(const Catalog& catalog, std::span<const DocId> titles, const Groups& groups,
                  const std::string& name, const torch::Tensor& rows) {
  const std::vector<double> plane = values_of(principal_plane(rows));
  MapPanel panel{.title = name, .points = {}};
  for (std::size_t i = 0; i < titles.size(); ++i) {
    panel.points.push_back({.x = plane[2 * i],
                            .y = plane[2 * i + 1],
                            .group = groups.of_title[i],
                            .label = catalog[titles[i]].titles.romaji});
  }
  return panel;
}

std::string markdown(const SpaceReport& report, const SpaceFigures& raw,
                     const SpaceFigures& trained) {
  std::string text = fmt::format(
      "# Likeness of genres, split by {}\n\n{} triplets train, {} validate; neighbours among {} "
      "titles of validation. 95 % intervals by the bootstrap.\n\n| | raw encoder | trained "
      "|\n|---|---|---|\n| triplet accuracy | {} | {} |\n| neighbour agreement (ten nearest, "
      "Jaccard of genres 0.6 or more) | {} | {} |\n\n",
      report.split, report.train_triplets, report.validation_triplets, report.titles.size(),
      shown(raw.accuracy), shown(trained.accuracy), shown(raw.agreement), shown(trained.agreement));
  text +=
      "The validation triplets chose the epoch that is kept, so the accuracy of these same "
      "triplets "
      "is a little too good. Triplets share titles, so they are not independent of each other and "
      "the interval of the accuracy is too narrow.\n\n";
  if (report.split == "triplet") {
    text +=
        "Titles of validation took part in training, in other triplets: the figure says little "
        "about titles that were never seen.\n\n";
  }
  text +=
      "![loss](loss.svg)\n\n![accuracy](accuracy.svg)\n\nThe two directions in which the vectors "
      "differ most; a title has the colour of its rarest genre.\n\n![map](map.svg)\n\n| epoch | "
      "training loss | validation loss | accuracy |\n|---|---|---|---|\n";
  for (const TripletLook& look : report.looks) {
    text += fmt::format("| {} | {:.4f} | {:.4f} | {:.4f} |\n", look.epoch, look.train_loss,
                        look.loss, look.accuracy);
  }
  text += "\n";
  for (const auto& [key, value] : report.record) text += fmt::format("- {}: {}\n", key, value);
  return text;
}

}  // namespace

SpaceFigures space_figures(const Catalog& catalog, std::span<const DocId> titles,
                           const SpaceVectors& vectors) {
  SpaceFigures figures;
  figures.accuracy = bootstrap_interval(values_of(ranked_right(vectors.triplets)));
  torch::Tensor scores = torch::matmul(vectors.titles, vectors.titles.t());
  scores.fill_diagonal_(-2);
  const auto count = std::min<std::int64_t>(kNeighbours, scores.size(0) - 1);
  const torch::Tensor nearest = std::get<1>(scores.topk(count, 1)).to(torch::kCPU).contiguous();
  const auto* place = nearest.data_ptr<std::int64_t>();
  std::vector<double> shares;
  for (const DocId doc : titles) {
    double alike = 0;
    for (std::int64_t i = 0; i < count; ++i) {
      const DocId other = titles[static_cast<std::size_t>(*place++)];
      alike += genre_jaccard(catalog, doc, other) >= kAlike ? 1 : 0;
    }
    shares.push_back(alike / static_cast<double>(std::max<std::int64_t>(1, count)));
  }
  figures.agreement = bootstrap_interval(shares);
  return figures;
}

torch::Tensor principal_plane(const torch::Tensor& rows) {
  const torch::Tensor centred = rows.to(torch::kCPU, torch::kFloat64);
  const torch::Tensor apart = centred - centred.mean(0, true);
  const torch::Tensor spread = torch::matmul(apart.t(), apart);
  // Ascending, so the last two count.
  const torch::Tensor vectors = std::get<1>(torch::linalg_eigh(spread));
  const std::int64_t width = vectors.size(1);
  torch::Tensor axes =
      torch::stack({vectors.select(1, width - 1), vectors.select(1, width - 2)}, 1);
  const torch::Tensor strongest = std::get<1>(axes.abs().max(0, true));
  axes = axes * axes.gather(0, strongest).sign();
  return torch::matmul(apart, axes);
}

std::pair<SpaceFigures, SpaceFigures> write_space_report(const Catalog& catalog,
                                                         const SpaceReport& report,
                                                         const std::filesystem::path& folder) {
  const SpaceFigures raw = space_figures(catalog, report.titles, report.raw);
  const SpaceFigures trained = space_figures(catalog, report.titles, report.trained);
  std::vector<ChartLine> loss = {{"training", {}}, {"validation", {}}};
  std::vector<ChartLine> accuracy = {{"trained", {}}, {"raw encoder", {}}};
  json::array looks;
  for (const TripletLook& look : report.looks) {
    const auto epoch = static_cast<double>(look.epoch);
    if (look.epoch > 0) loss[0].points.emplace_back(epoch, look.train_loss);
    loss[1].points.emplace_back(epoch, look.loss);
    accuracy[0].points.emplace_back(epoch, look.accuracy);
    accuracy[1].points.emplace_back(epoch, raw.accuracy.value);
    looks.push_back(json::object{{"epoch", look.epoch},
                                 {"train_loss", look.train_loss},
                                 {"loss", look.loss},
                                 {"accuracy", look.accuracy}});
  }
  write_file_atomic(
      folder / "loss.svg",
      line_chart_svg({.title = "Triplet loss", .x_label = "epoch", .from_zero = true}, loss));
  write_file_atomic(
      folder / "accuracy.svg",
      line_chart_svg(
          {.title = "Triplet accuracy on validation, split by " + report.split, .x_label = "epoch"},
          accuracy));
  const Groups groups = genre_groups(catalog, report.titles);
  const std::vector<MapPanel> panels = {
      panel_of(catalog, report.titles, groups, "raw encoder", report.raw.titles),
      panel_of(catalog, report.titles, groups, "trained", report.trained.titles)};
  write_file_atomic(folder / "map.svg", map_svg(panels, groups.names));
  json::object record;
  for (const auto& [key, value] : report.record) record[key] = value;
  const json::object figures{{"split", report.split},
                             {"train_triplets", report.train_triplets},
                             {"validation_triplets", report.validation_triplets},
                             {"titles", report.titles.size()},
                             {"raw", written(raw)},
                             {"trained", written(trained)},
                             {"epochs", std::move(looks)},
                             {"record", std::move(record)}};
  write_file_atomic(folder / "report.json", json::serialize(figures) + "\n");
  write_file_atomic(folder / "report.md", markdown(report, raw, trained));
  return {raw, trained};
}

}  // namespace anireco::trainer
