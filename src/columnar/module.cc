// The optional module anireco_parquet.so: columnar_abi.h over Arrow and Parquet. No exception and
// no C++ type leaves it.

#include <arrow/buffer.h>
#include <arrow/config.h>
#include <arrow/io/file.h>
#include <arrow/io/interfaces.h>
#include <arrow/io/memory.h>
#include <arrow/json/options.h>
#include <arrow/json/reader.h>
#include <arrow/memory_pool.h>
#include <arrow/record_batch.h>
#include <arrow/table.h>
#include <parquet/arrow/reader.h>
#include <parquet/arrow/writer.h>
#include <parquet/exception.h>
#include <parquet/properties.h>

#include <algorithm>
#include <exception>
#include <limits>
#include <memory>
#include <new>
#include <string>

#include "columnar/columnar_abi.h"
#include "columnar/record_columns.h"
#include "columnar/row_json.h"

namespace anireco::columnar {
namespace {

using arrow::Status;

constexpr std::int64_t kRowsOfBatch = 1024;
/// What a hostile file may make the reader allocate at most.
constexpr std::int64_t kMostMemory = std::int64_t{1} << 30;
constexpr const char* kLibrary = "Arrow " ARROW_VERSION_STRING;

/// What the library writes goes to the program, which replaces the file whole.
class SinkStream final : public arrow::io::OutputStream {
 public:
  SinkStream(AnirecoColumnarSink sink, void* user) : sink_(sink), user_(user) {}
  Status Write(const void* data, std::int64_t size) override {
    if (sink_(user_, data, static_cast<std::size_t>(size)) != 0) {
      return Status::IOError("the file cannot be written");
    }
    position_ += size;
    return Status::OK();
  }
  Status Close() override {
    closed_ = true;
    return Status::OK();
  }
  arrow::Result<std::int64_t> Tell() const override { return position_; }
  bool closed() const override { return closed_; }

 private:
  AnirecoColumnarSink sink_;
  void* user_;
  std::int64_t position_ = 0;
  bool closed_ = false;
};

int fault_of(const Status& status, bool reading) {
  if (status.IsTypeError() || status.IsNotImplemented()) return ANIRECO_COLUMNAR_UNSUPPORTED;
  if (status.IsOutOfMemory()) return ANIRECO_COLUMNAR_UNAVAILABLE;
  if (reading) return ANIRECO_COLUMNAR_CORRUPT;
  return status.IsIOError() ? ANIRECO_COLUMNAR_UNAVAILABLE : ANIRECO_COLUMNAR_INTERNAL;
}

void set_error(AnirecoColumnarError* error, int fault, std::string_view message) {
  error->fault = fault;
  const std::size_t size = std::min(message.size(), sizeof error->message - 1);
  message.copy(error->message, size);
  error->message[size] = '\0';
}

/// Runs a body that returns a Status; no exception gets past it.
template <typename Body>
bool guarded(bool reading, AnirecoColumnarError* error, Body body) noexcept {
  try {
    const Status status = body();
    if (status.ok()) return true;
    set_error(error, fault_of(status, reading), status.message());
  } catch (const std::bad_alloc&) {
    set_error(error, ANIRECO_COLUMNAR_UNAVAILABLE, "out of memory");
  } catch (const parquet::ParquetStatusException& e) {
    set_error(error, fault_of(e.status(), reading), e.what());
  } catch (const std::exception& e) {
    set_error(error, reading ? ANIRECO_COLUMNAR_CORRUPT : ANIRECO_COLUMNAR_INTERNAL, e.what());
  } catch (...) {
    set_error(error, ANIRECO_COLUMNAR_INTERNAL, "the Parquet library failed");
  }
  return false;
}

}  // namespace
}  // namespace anireco::columnar

struct AnirecoColumnarWriter {
  std::shared_ptr<arrow::Schema> schema = anireco::columnar::record_schema();
  std::shared_ptr<anireco::columnar::SinkStream> sink;
  std::unique_ptr<parquet::arrow::FileWriter> writer;
};

struct AnirecoColumnarReader {
  std::unique_ptr<arrow::CappedMemoryPool> pool;
  std::unique_ptr<parquet::arrow::FileReader> file;
  std::unique_ptr<arrow::RecordBatchReader> batches;
  std::shared_ptr<arrow::RecordBatch> batch;
  std::int64_t row = 0;
  std::uint64_t rows = 0;
  std::string json;

  ~AnirecoColumnarReader() {
    batch.reset();
    batches.reset();
    file.reset();
  }
};

namespace anireco::columnar {
namespace {

AnirecoColumnarWriter* writer_open(AnirecoColumnarSink sink, void* user,
                                   AnirecoColumnarError* error) {
  std::unique_ptr<AnirecoColumnarWriter> writer;
  const bool done = guarded(false, error, [&] {
    writer = std::make_unique<AnirecoColumnarWriter>();
    writer->sink = std::make_shared<SinkStream>(sink, user);
    parquet::WriterProperties::Builder properties;
    properties.compression(parquet::Compression::ZSTD);
    ARROW_ASSIGN_OR_RAISE(writer->writer,
                          parquet::arrow::FileWriter::Open(
                              *writer->schema, arrow::default_memory_pool(), writer->sink,
                              properties.build(), parquet::default_arrow_writer_properties()));
    return Status::OK();
  });
  return done ? writer.release() : nullptr;
}

int writer_add(AnirecoColumnarWriter* writer, const char* lines, std::size_t size,
               AnirecoColumnarError* error) {
  const bool done = guarded(false, error, [&] {
    if (size >= std::numeric_limits<std::int32_t>::max()) {
      return Status::Invalid("too much at once");
    }
    auto reading = arrow::json::ReadOptions::Defaults();
    reading.use_threads = false;
    reading.block_size = static_cast<std::int32_t>(size) + 1;
    auto parsing = arrow::json::ParseOptions::Defaults();
    parsing.explicit_schema = writer->schema;
    parsing.unexpected_field_behavior = arrow::json::UnexpectedFieldBehavior::Error;
    const auto input = std::make_shared<arrow::io::BufferReader>(std::make_shared<arrow::Buffer>(
        reinterpret_cast<const std::uint8_t*>(lines), static_cast<std::int64_t>(size)));
    ARROW_ASSIGN_OR_RAISE(
        const auto reader,
        arrow::json::TableReader::Make(arrow::default_memory_pool(), input, reading, parsing));
    ARROW_ASSIGN_OR_RAISE(const auto table, reader->Read());
    return writer->writer->WriteTable(*table, std::max<std::int64_t>(table->num_rows(), 1));
  });
  return done ? 0 : -1;
}

int writer_finish(AnirecoColumnarWriter* writer, AnirecoColumnarError* error) {
  return guarded(false, error, [&] { return writer->writer->Close(); }) ? 0 : -1;
}

void writer_free(AnirecoColumnarWriter* writer) { delete writer; }

AnirecoColumnarReader* reader_open(const char* path, AnirecoColumnarError* error) {
  std::unique_ptr<AnirecoColumnarReader> reader;
  const bool done = guarded(true, error, [&] {
    reader = std::make_unique<AnirecoColumnarReader>();
    reader->pool =
        std::make_unique<arrow::CappedMemoryPool>(arrow::default_memory_pool(), kMostMemory);
    ARROW_ASSIGN_OR_RAISE(const auto input, arrow::io::ReadableFile::Open(path));
    parquet::ReaderProperties properties(reader->pool.get());
    properties.enable_buffered_stream();
    parquet::arrow::FileReaderBuilder builder;
    ARROW_RETURN_NOT_OK(builder.Open(input, properties));
    parquet::ArrowReaderProperties arrow_properties(false);
    arrow_properties.set_batch_size(kRowsOfBatch);
    // Or whole row groups were read ahead, by threads of Arrow's own that outlive the reader.
    arrow_properties.set_pre_buffer(false);
    builder.memory_pool(reader->pool.get());
    builder.properties(arrow_properties);
    ARROW_RETURN_NOT_OK(builder.Build(&reader->file));
    const std::int64_t rows = reader->file->parquet_reader()->metadata()->num_rows();
    if (rows < 0) return Status::Invalid("a negative number of rows");
    reader->rows = static_cast<std::uint64_t>(rows);
    ARROW_ASSIGN_OR_RAISE(reader->batches, reader->file->GetRecordBatchReader());
    return Status::OK();
  });
  return done ? reader.release() : nullptr;
}

std::uint64_t reader_rows(const AnirecoColumnarReader* reader) { return reader->rows; }

int reader_next(AnirecoColumnarReader* reader, const char** json, std::size_t* size,
                AnirecoColumnarError* error) {
  bool row_left = true;
  const bool done = guarded(true, error, [&] {
    while (!reader->batch || reader->row >= reader->batch->num_rows()) {
      reader->batch.reset();
      reader->row = 0;
      ARROW_RETURN_NOT_OK(reader->batches->ReadNext(&reader->batch));
      if (!reader->batch) {
        row_left = false;
        return Status::OK();
      }
      ARROW_RETURN_NOT_OK(reader->batch->ValidateFull());
    }
    reader->json.clear();
    ARROW_RETURN_NOT_OK(append_row(*reader->batch, reader->row, reader->json));
    ++reader->row;
    *json = reader->json.data();
    *size = reader->json.size();
    return Status::OK();
  });
  if (!done) return -1;
  return row_left ? 1 : 0;
}

void reader_free(AnirecoColumnarReader* reader) { delete reader; }

constexpr AnirecoColumnar kModule = {.abi = ANIRECO_COLUMNAR_ABI,
                                     .library = kLibrary,
                                     .writer_open = writer_open,
                                     .writer_add = writer_add,
                                     .writer_finish = writer_finish,
                                     .writer_free = writer_free,
                                     .reader_open = reader_open,
                                     .reader_rows = reader_rows,
                                     .reader_next = reader_next,
                                     .reader_free = reader_free};

}  // namespace
}  // namespace anireco::columnar

extern "C" __attribute__((visibility("default"))) const AnirecoColumnar* anireco_columnar(void) {
  return &anireco::columnar::kModule;
}
