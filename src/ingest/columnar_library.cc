#include "ingest/columnar_library.h"

#include <dlfcn.h>
#include <fmt/core.h>

#include <exception>
#include <utility>

#include "base/error.h"

namespace anireco {
namespace {

constexpr std::size_t kBatchBytes = std::size_t{16} << 20;

[[noreturn]] void fail(const AnirecoColumnarError& error, const std::string& file) {
  const std::string where = file.empty() ? "" : file + ": ";
  switch (error.fault) {
    case ANIRECO_COLUMNAR_CORRUPT:
      throw Error(ErrorKind::corrupt,
                  fmt::format("{}is no whole Parquet file ({})", where, error.message));
    case ANIRECO_COLUMNAR_UNSUPPORTED:
      throw Error(ErrorKind::corrupt,
                  fmt::format("{}holds what no record has: {}", where, error.message));
    case ANIRECO_COLUMNAR_UNAVAILABLE:
      throw Error(ErrorKind::unavailable, fmt::format("{}{}", where, error.message));
    default:
      throw Error(ErrorKind::internal, fmt::format("{}Parquet: {}", where, error.message));
  }
}

[[noreturn]] void missing(const std::string& reason) {
  throw Error(
      ErrorKind::unavailable,
      "Parquet needs an optional module, which is not built here; build it with: make parquet",
      reason);
}

}  // namespace

ColumnarLibrary::ColumnarLibrary(const std::filesystem::path& module) {
  if (module.empty()) missing("no module is named");
  // Never closed: its library starts threads of its own.
  void* handle = ::dlopen(module.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) missing(::dlerror());
  void* symbol = ::dlsym(handle, ANIRECO_COLUMNAR_SYMBOL);
  if (symbol == nullptr) missing(module.string() + " is something else");
  functions_ = reinterpret_cast<AnirecoColumnarEntry>(symbol)();
  if (functions_ == nullptr || functions_->abi != ANIRECO_COLUMNAR_ABI) {
    missing(module.string() + " was built for another version of this program");
  }
}

struct ColumnarWriter::State {
  const AnirecoColumnar& functions;
  std::function<void(std::string_view)> sink;
  AnirecoColumnarWriter* writer = nullptr;
  std::string waiting = {};
  std::exception_ptr failure = nullptr;

  ~State() {
    if (writer != nullptr) functions.writer_free(writer);
  }

  static int take(void* user, const void* bytes, std::size_t size) {
    auto& self = *static_cast<State*>(user);
    try {
      if (self.failure == nullptr) {
        self.sink(std::string_view(static_cast<const char*>(bytes), size));
        return 0;
      }
    } catch (...) {
      self.failure = std::current_exception();
    }
    return -1;
  }

  void check(int result, const AnirecoColumnarError& error) const {
    if (failure) std::rethrow_exception(failure);
    if (result != 0) fail(error, "");
  }

  void flush() {
    if (waiting.empty()) return;
    AnirecoColumnarError error{};
    check(functions.writer_add(writer, waiting.data(), waiting.size(), &error), error);
    waiting.clear();
  }
};

ColumnarWriter::ColumnarWriter(const ColumnarLibrary& library,
                               std::function<void(std::string_view)> sink)
    : state_(new State{.functions = library.functions(), .sink = std::move(sink)}) {
  AnirecoColumnarError error{};
  state_->writer = state_->functions.writer_open(&State::take, state_.get(), &error);
  state_->check(state_->writer == nullptr ? -1 : 0, error);
}

ColumnarWriter::~ColumnarWriter() {
  // Arrow writes a footer when a file is dropped unfinished; it must not reach the sink.
  if (state_->failure == nullptr) {
    state_->failure = std::make_exception_ptr(Error(ErrorKind::internal, "unfinished"));
  }
}

void ColumnarWriter::add(std::string_view row) {
  state_->waiting += row;
  state_->waiting += '\n';
  if (state_->waiting.size() >= kBatchBytes) state_->flush();
}

void ColumnarWriter::finish() {
  state_->flush();
  AnirecoColumnarError error{};
  state_->check(state_->functions.writer_finish(state_->writer, &error), error);
}

struct ColumnarReader::State {
  const AnirecoColumnar& functions;
  std::string name;
  AnirecoColumnarReader* reader = nullptr;
  std::string_view row = {};

  ~State() {
    if (reader != nullptr) functions.reader_free(reader);
  }
};

ColumnarReader::ColumnarReader(const ColumnarLibrary& library, const std::filesystem::path& path)
    : state_(new State{.functions = library.functions(), .name = path.filename().string()}) {
  AnirecoColumnarError error{};
  state_->reader = state_->functions.reader_open(path.c_str(), &error);
  if (state_->reader == nullptr) fail(error, state_->name);
}

ColumnarReader::~ColumnarReader() = default;

std::uint64_t ColumnarReader::rows() const { return state_->functions.reader_rows(state_->reader); }

bool ColumnarReader::next() {
  AnirecoColumnarError error{};
  const char* json = nullptr;
  std::size_t size = 0;
  const int result = state_->functions.reader_next(state_->reader, &json, &size, &error);
  if (result < 0) fail(error, state_->name);
  state_->row = result == 0 ? std::string_view() : std::string_view(json, size);
  return result > 0;
}

std::string_view ColumnarReader::row() const { return state_->row; }

}  // namespace anireco
