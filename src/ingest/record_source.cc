#include "ingest/record_source.h"

#include <array>
#include <fstream>
#include <string>

#include "base/gzip_reader.h"
#include "ingest/columnar_library.h"
#include "ingest/columnar_record.h"

namespace anireco {
namespace {

class JsonLinesSource final : public RecordSource {
 public:
  JsonLinesSource(const std::filesystem::path& path, std::stop_token stop)
      : reader_(path, {.stop = std::move(stop)}) {}
  bool next() override { return reader_.next(); }
  std::string_view line() const override { return reader_.line(); }
  std::uint64_t line_number() const override { return reader_.line_number(); }
  bool stopped() const override { return reader_.stopped(); }
  std::uint64_t bytes_read() const override { return reader_.bytes_read(); }
  std::uint64_t bytes_total() const override { return reader_.bytes_total(); }

 private:
  LineReader reader_;
};

class ParquetSource final : public RecordSource {
 public:
  ParquetSource(const std::filesystem::path& path, const RecordSourceOptions& options)
      : stop_(options.stop),
        total_(std::filesystem::file_size(path)),
        library_(options.columnar_module),
        reader_(library_, path) {}
  bool next() override {
    if (stop_.stop_requested()) {
      stopped_ = true;
      return false;
    }
    if (!reader_.next()) return false;
    ++number_;
    line_ = from_columnar(reader_.row());
    return true;
  }
  std::string_view line() const override { return line_; }
  std::uint64_t line_number() const override { return number_; }
  bool stopped() const override { return stopped_; }
  std::uint64_t bytes_read() const override {
    return reader_.rows() == 0 ? total_ : total_ * number_ / reader_.rows();
  }
  std::uint64_t bytes_total() const override { return total_; }

 private:
  std::stop_token stop_;
  std::uint64_t total_;
  ColumnarLibrary library_;
  ColumnarReader reader_;
  std::string line_;
  std::uint64_t number_ = 0;
  bool stopped_ = false;
};

bool is_parquet(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return false;
  std::array<char, 4> magic{};
  std::ifstream(path, std::ios::binary).read(magic.data(), magic.size());
  return std::string_view(magic.data(), magic.size()) == "PAR1";
}

}  // namespace

std::unique_ptr<RecordSource> open_record_source(const std::filesystem::path& path,
                                                 const RecordSourceOptions& options) {
  if (is_parquet(path)) return std::make_unique<ParquetSource>(path, options);
  return std::make_unique<JsonLinesSource>(path, options.stop);
}

}  // namespace anireco
