#pragma once

#include <string>
#include <string_view>

namespace anireco {

/// Steps of clean_synopsis, each linear in the length of its text. UTF-8 in, UTF-8 out; pure.

/// Decodes the entities of HTML ("&amp;", "&#39;", "&#x2019;", nested ones too). Unknown names and
/// numbers that are no character stay as they are.
std::string decode_entities(std::string_view text);

/// Removes HTML tags by name (line breaks and blocks become "\n"), comments, and scripts and styles
/// with their content. Angle brackets that open no known tag stay ("<Infinite Dendrogram>").
std::string strip_html(std::string_view text);

/// Removes BBCode tags by name, images and spoilers with their content. Brackets with any other
/// word stay ("[sic]"); so does a one-letter tag that nothing closes ("brother[s]").
std::string strip_bbcode(std::string_view text);

/// Removes Markdown's marks: emphasis, links (their text stays), headings, rules, backslashes, and
/// spoilers ("~!…!~") with their content. Marks inside words stay ("DECO*27", "group_inou").
std::string strip_markdown(std::string_view text);

}  // namespace anireco
