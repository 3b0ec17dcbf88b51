#pragma once

#include <string_view>

/// Files of the repository that are built into the program.
namespace anireco::embedded {

std::string_view openapi_json();
std::string_view labels();  ///< data/vocabulary/labels.tsv
std::string_view docs_html();
std::string_view docs_js();
std::string_view docs_css();

}  // namespace anireco::embedded
