#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <optional>
#include <stop_token>
#include <system_error>

#include "base/error.h"
#include "base/file.h"
#include "base/gzip_writer.h"
#include "engine.h"
#include "exchange_commands.h"
#include "ingest/catalogue_export.h"
#include "ingest/columnar_library.h"
#include "ingest/columnar_record.h"
#include "ingest/vector_folder.h"
#include "signal_stop.h"

namespace anireco::app {
namespace {

namespace fs = std::filesystem;

enum class Format { jsonl, parquet, npy };

Format format_of(const ExchangeOptions& options) {
  const std::string& out = options.out;
  const bool named_parquet = out.ends_with(".parquet");
  const bool named_npy = out.ends_with(".npy");
  std::string format = options.format;
  if (format.empty()) format = named_parquet ? "parquet" : named_npy ? "npy" : "jsonl";
  if (format == "jsonl") return Format::jsonl;
  const bool to_stdout = out.empty() || out == "-";
  if (to_stdout) {
    throw Error(ErrorKind::invalid_argument,
                fmt::format("export: {} needs --out {}", format,
                            format == "npy" ? "FOLDER" : "FILE.parquet"));
  }
  if (format == "npy" && named_npy) {
    throw Error(ErrorKind::invalid_argument,
                "export: vectors come in several files; name a folder for them");
  }
  return format == "parquet" ? Format::parquet : Format::npy;
}

void check_stop(const std::stop_token& stop) {
  if (stop.stop_requested()) throw Error(ErrorKind::unavailable, "stopped; no file was written");
}

/// JSON lines to standard output or, atomically and compressed by its name, into a file.
std::size_t write_lines(const CatalogStore& store, const CatalogueExportOptions& what,
                        const std::string& out, const std::stop_token& stop) {
  std::unique_ptr<AtomicFileWriter> file;
  if (!out.empty() && out != "-") file = std::make_unique<AtomicFileWriter>(out);
  const auto write = [&](std::string_view text) {
    check_stop(stop);
    if (file) {
      file->append(text);
    } else if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size()) {
      throw Error(ErrorKind::unavailable, "the output could not be written");
    }
  };
  std::size_t titles = 0;
  if (out.ends_with(".gz")) {
    GzipWriter gzip(write);
    titles = export_catalogue(store, what, [&](std::string_view line) { gzip.append(line); });
    gzip.finish();
  } else {
    titles = export_catalogue(store, what, write);
  }
  if (file) file->commit();
  return titles;
}

std::size_t write_parquet(const CatalogStore& store, const CatalogueExportOptions& what,
                          const std::string& out, const std::stop_token& stop) {
  const ColumnarLibrary library(parquet_module());
  AtomicFileWriter file(out);
  ColumnarWriter writer(library, [&file](std::string_view bytes) { file.append(bytes); });
  const std::size_t titles = export_catalogue(store, what, [&](std::string_view line) {
    check_stop(stop);
    writer.add(to_columnar(line));
  });
  writer.finish();
  file.commit();
  return titles;
}

void write_vectors(const CatalogStore& store, Level level, const fs::path& folder) {
  const VectorFolderInfo info =
      write_vector_folder(store, store.generation().model_fingerprint, level, folder);
  fmt::print(stderr, "{} titles and {} windows of {} values written to {}{}\n", info.titles,
             info.windows, info.dimension, folder.string(),
             info.missing == 0 ? "" : fmt::format("; {} titles have no vectors yet", info.missing));
}

}  // namespace

std::filesystem::path parquet_module() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  return error ? fs::path() : program.parent_path() / "anireco_parquet.so";
}

int run_export(const Settings& settings, const ExchangeOptions& options) {
  const Format format = format_of(options);
  const bool to_stdout = options.out.empty() || options.out == "-";
  if (options.with_vectors && to_stdout) {
    throw Error(ErrorKind::invalid_argument, "export: --with-vectors needs --out FILE");
  }
  if (!has_record(settings)) {
    throw Error(ErrorKind::not_found, "there is no catalogue to export",
                settings.data_dir.string());
  }
  // Where nothing is left behind, a signal simply ends the program.
  std::optional<SignalStop> signals;
  if (!to_stdout && format != Format::npy) signals.emplace();
  const std::stop_token stop = signals ? signals->token() : std::stop_token();
  const std::unique_ptr<CatalogStore> store = open_store(settings);
  const CatalogueExportOptions what{.contributions = !options.merged,
                                    .level = *parse_level(options.level)};
  if (format == Format::npy) {
    write_vectors(*store, what.level, options.out);
    return 0;
  }
  const std::size_t titles = format == Format::parquet
                                 ? write_parquet(*store, what, options.out, stop)
                                 : write_lines(*store, what, options.out, stop);
  signals.reset();
  if (!to_stdout) fmt::print(stderr, "{} titles written to {}\n", titles, options.out);
  if (options.with_vectors) write_vectors(*store, what.level, options.out + ".vectors");
  return 0;
}

}  // namespace anireco::app
