#pragma once

#include <arrow/type_fwd.h>

#include <memory>

namespace anireco::columnar {

/// The columns of a record, docs/exchange.md: the keys of docs/record.schema.json with types;
/// objects with free keys (remembered, provenance) are lists of structs. Every column may be null.
std::shared_ptr<arrow::Schema> record_schema();

}  // namespace anireco::columnar
