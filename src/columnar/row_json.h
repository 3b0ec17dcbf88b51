#pragma once

#include <arrow/status.h>
#include <arrow/type_fwd.h>

#include <cstdint>
#include <string>

namespace anireco::columnar {

/// Appends one row of a batch as a JSON object. Null, NaN and missing values are left out, as are
/// the index columns that pandas adds; whole numbers in floating columns become integers; dates and
/// times become "2005-10-23"; dictionaries are looked up. Status::TypeError for a type that a
/// record cannot have. The batch must have been validated.
arrow::Status append_row(const arrow::RecordBatch& batch, std::int64_t row, std::string& out);

}  // namespace anireco::columnar
