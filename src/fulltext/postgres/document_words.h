#pragma once

#include <string>

#include "catalog/anime.h"
#include "fulltext/bm25f_options.h"
#include "text/analyzer.h"

namespace anireco {

/// A title's words as a tsvector literal: the analyser's terms, each with its positions and their
/// fields as weights: A title, B synonym or remembered phrase, C tag, D synopsis. Texts are counted
/// on, with a gap between any two, so that no phrase reaches from one into the next. What
/// PostgreSQL cannot hold is left out: positions beyond the 200th of a term, terms beyond a
/// megabyte of one title.
std::string document_words(const Anime& anime, const Bm25fOptions& options, Analyzer& analyzer);

/// 'term' as it stands in a tsvector or tsquery.
void append_lexeme(std::string_view term, std::string& out);

}  // namespace anireco
