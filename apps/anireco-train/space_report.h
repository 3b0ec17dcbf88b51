#pragma once

#include <torch/torch.h>

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "evaluation/metrics.h"
#include "triplet_trainer.h"

namespace anireco::trainer {

/// Vectors of one encoder, rows of length 1.
struct SpaceVectors {
  torch::Tensor triplets;  ///< [3 * triplets, dimension]: anchors, positives, negatives.
  torch::Tensor titles;    ///< [titles, dimension]
};

/// Figures of one encoder with 95 % intervals by the bootstrap over triplets and over titles.
struct SpaceFigures {
  Interval accuracy;   ///< Share of triplets whose positive is nearer.
  Interval agreement;  ///< Share of a title's ten nearest with a Jaccard of genres of .6 or more.
};

SpaceFigures space_figures(const Catalog& catalog, std::span<const DocId> titles,
                           const SpaceVectors& vectors);

/// The two directions in which rows differ most (principal components), [rows, 2]. The direction's
/// sign is such that its greatest weight is positive.
torch::Tensor principal_plane(const torch::Tensor& rows);

struct SpaceReport {
  std::string split;  ///< "triplet", "franchise"
  std::size_t train_triplets = 0;
  std::size_t validation_triplets = 0;
  std::vector<DocId> titles = {};  ///< Of SpaceVectors::titles.
  std::vector<TripletLook> looks = {};
  SpaceVectors raw = {};
  SpaceVectors trained = {};
  std::vector<std::pair<std::string, std::string>> record = {};  ///< What was read, with sha256.
};

/// Writes report.md, report.json, loss.svg, accuracy.svg and map.svg into a folder, each
/// atomically, and returns the figures of raw and trained. Throws Error{unavailable}.
std::pair<SpaceFigures, SpaceFigures> write_space_report(const Catalog& catalog,
                                                         const SpaceReport& report,
                                                         const std::filesystem::path& folder);

}  // namespace anireco::trainer
