#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace anireco {

/// Compares an answer with the form that a source documents, a field a line:
///
///     data[].attributes.slug: string
///     data[].attributes.endDate: string null
///     data[].attributes.titles: any
///     data[].node.mean?: number
///
/// The path names members by dots and the items of lists by "[]"; the words behind it are the JSON
/// types that may stand there (object, list, string, number, boolean, null). "any": of any type,
/// and what is inside is not looked at. "?": may be absent. A blank line is skipped.
/// Returns what differs, a line each, at most 200: "data[].attributes.slug: missing from 3 of 20",
/// "…: number where string is expected", "…: new". Never throws for what the answer holds.
std::vector<std::string> check_form(std::string_view body, std::string_view form);

}  // namespace anireco
