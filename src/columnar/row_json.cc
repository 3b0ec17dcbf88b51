#include "columnar/row_json.h"

#include <arrow/array.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <string_view>

namespace anireco::columnar {
namespace {

using arrow::Status;
using arrow::Type;

constexpr std::string_view kPandasIndex = "__index_level_";
constexpr double kMostWhole = 9007199254740992.0;  // 2^53: beyond it a double skips integers.

void append_string(std::string_view text, std::string& out) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      std::array<char, 8> escaped{};
      const int size = std::snprintf(escaped.data(), escaped.size(), "\\u%04x",
                                     static_cast<unsigned>(static_cast<unsigned char>(c)));
      out.append(escaped.data(), static_cast<std::size_t>(size));
    } else {
      out += c;
    }
  }
  out += '"';
}

template <typename T>
void append_number(T value, std::string& out) {
  std::array<char, 40> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  out.append(text.data(), end);
}

void append_real(double value, std::string& out) {
  if (std::trunc(value) == value && std::abs(value) < kMostWhole) {
    append_number(static_cast<std::int64_t>(value), out);
  } else {
    append_number(value, out);
  }
}

/// seconds since 1970 to "2005-10-23".
Status append_date(std::chrono::seconds since, std::string& out) {
  constexpr std::chrono::seconds kFarthest = std::chrono::days(365 * 3000);
  if (since > kFarthest || since < -kFarthest) return Status::TypeError("a date is out of range");
  const std::chrono::year_month_day date(
      std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds(since)));
  std::array<char, 16> text{};
  const int size =
      std::snprintf(text.data(), text.size(), "\"%04d-%02u-%02u\"", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  out.append(text.data(), static_cast<std::size_t>(size));
  return Status::OK();
}

std::chrono::seconds to_seconds(std::int64_t value, arrow::TimeUnit::type unit) {
  switch (unit) {
    case arrow::TimeUnit::SECOND:
      return std::chrono::seconds(value);
    case arrow::TimeUnit::MILLI:
      return std::chrono::floor<std::chrono::seconds>(std::chrono::milliseconds(value));
    case arrow::TimeUnit::MICRO:
      return std::chrono::floor<std::chrono::seconds>(std::chrono::microseconds(value));
    case arrow::TimeUnit::NANO:
      return std::chrono::floor<std::chrono::seconds>(std::chrono::nanoseconds(value));
  }
  return std::chrono::seconds(value);
}

bool is_absent(const arrow::Array& array, std::int64_t at) {
  if (array.IsNull(at) || array.type_id() == Type::NA) return true;
  if (array.type_id() == Type::DOUBLE) {
    return !std::isfinite(static_cast<const arrow::DoubleArray&>(array).Value(at));
  }
  if (array.type_id() == Type::FLOAT) {
    return !std::isfinite(static_cast<const arrow::FloatArray&>(array).Value(at));
  }
  return false;
}

Status append_value(const arrow::Array& array, std::int64_t at, std::string& out);

Status append_items(const arrow::Array& values, std::int64_t begin, std::int64_t count,
                    std::string& out) {
  out += '[';
  for (std::int64_t i = begin; i < begin + count; ++i) {
    if (is_absent(values, i)) continue;
    if (out.back() != '[') out += ',';
    ARROW_RETURN_NOT_OK(append_value(values, i, out));
  }
  out += ']';
  return Status::OK();
}

template <typename List>
Status append_list(const arrow::Array& array, std::int64_t at, std::string& out) {
  const auto& list = static_cast<const List&>(array);
  return append_items(*list.values(), list.value_offset(at), list.value_length(at), out);
}

Status append_struct(const arrow::StructArray& array, std::int64_t at, std::string& out) {
  out += '{';
  for (int i = 0; i < array.num_fields(); ++i) {
    const auto& values = *array.field(i);
    if (is_absent(values, at)) continue;
    if (out.back() != '{') out += ',';
    append_string(array.type()->field(i)->name(), out);
    out += ':';
    ARROW_RETURN_NOT_OK(append_value(values, at, out));
  }
  out += '}';
  return Status::OK();
}

template <typename Array>
Status append_whole(const arrow::Array& array, std::int64_t at, std::string& out) {
  append_number(static_cast<const Array&>(array).Value(at), out);
  return Status::OK();
}

template <typename Array>
Status append_text(const arrow::Array& array, std::int64_t at, std::string& out) {
  append_string(static_cast<const Array&>(array).GetView(at), out);
  return Status::OK();
}

Status append_value(const arrow::Array& array, std::int64_t at, std::string& out) {
  switch (array.type_id()) {
    case Type::BOOL:
      out += static_cast<const arrow::BooleanArray&>(array).Value(at) ? "true" : "false";
      return Status::OK();
    case Type::INT8:
      return append_whole<arrow::Int8Array>(array, at, out);
    case Type::UINT8:
      return append_whole<arrow::UInt8Array>(array, at, out);
    case Type::INT16:
      return append_whole<arrow::Int16Array>(array, at, out);
    case Type::UINT16:
      return append_whole<arrow::UInt16Array>(array, at, out);
    case Type::INT32:
      return append_whole<arrow::Int32Array>(array, at, out);
    case Type::UINT32:
      return append_whole<arrow::UInt32Array>(array, at, out);
    case Type::INT64:
      return append_whole<arrow::Int64Array>(array, at, out);
    case Type::UINT64:
      return append_whole<arrow::UInt64Array>(array, at, out);
    case Type::FLOAT:
      append_number(static_cast<const arrow::FloatArray&>(array).Value(at), out);
      return Status::OK();
    case Type::DOUBLE:
      append_real(static_cast<const arrow::DoubleArray&>(array).Value(at), out);
      return Status::OK();
    case Type::STRING:
      return append_text<arrow::StringArray>(array, at, out);
    case Type::LARGE_STRING:
      return append_text<arrow::LargeStringArray>(array, at, out);
    case Type::STRING_VIEW:
      return append_text<arrow::StringViewArray>(array, at, out);
    case Type::LIST:
      return append_list<arrow::ListArray>(array, at, out);
    case Type::LARGE_LIST:
      return append_list<arrow::LargeListArray>(array, at, out);
    case Type::FIXED_SIZE_LIST:
      return append_list<arrow::FixedSizeListArray>(array, at, out);
    case Type::STRUCT:
      return append_struct(static_cast<const arrow::StructArray&>(array), at, out);
    case Type::DATE32:
      return append_date(std::chrono::days(static_cast<const arrow::Date32Array&>(array).Value(at)),
                         out);
    case Type::DATE64:
      return append_date(to_seconds(static_cast<const arrow::Date64Array&>(array).Value(at),
                                    arrow::TimeUnit::MILLI),
                         out);
    case Type::TIMESTAMP:
      return append_date(to_seconds(static_cast<const arrow::TimestampArray&>(array).Value(at),
                                    static_cast<const arrow::TimestampType&>(*array.type()).unit()),
                         out);
    case Type::DICTIONARY: {
      const auto& coded = static_cast<const arrow::DictionaryArray&>(array);
      const std::int64_t code = coded.GetValueIndex(at);
      if (is_absent(*coded.dictionary(), code)) {
        out += "null";
        return Status::OK();
      }
      return append_value(*coded.dictionary(), code, out);
    }
    default:
      return Status::TypeError("type ", array.type()->ToString(), " is not taken");
  }
}

}  // namespace

Status append_row(const arrow::RecordBatch& batch, std::int64_t row, std::string& out) {
  out += '{';
  for (int column = 0; column < batch.num_columns(); ++column) {
    const std::string& name = batch.column_name(column);
    const auto& values = *batch.column(column);
    if (name.starts_with(kPandasIndex) || is_absent(values, row)) continue;
    if (out.back() != '{') out += ',';
    append_string(name, out);
    out += ':';
    const Status status = append_value(values, row, out);
    if (!status.ok()) return status.WithMessage("column \"", name, "\": ", status.message());
  }
  out += '}';
  return Status::OK();
}

}  // namespace anireco::columnar
