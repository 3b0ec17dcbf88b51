#include <fmt/format.h>

#include <boost/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "base/gzip_reader.h"
#include "base/npy_file.h"
#include "commands.h"
#include "engine.h"

namespace anireco::app {
namespace {

std::string npy_file(std::span<const float> values, std::size_t rows, std::size_t columns) {
  const auto bytes = std::as_bytes(values);
  return npy_header(rows, columns)
      .append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

}  // namespace

int run_embed(const Settings& settings, const EmbedOptions& options) {
  std::vector<std::string> texts;
  if (!options.file.empty()) {
    LineReader reader(options.file);
    while (reader.next()) texts.emplace_back(reader.line());
  } else {
    if (options.text.empty()) {
      throw Error(ErrorKind::invalid_argument, "embed: give a TEXT or --file F");
    }
    texts.push_back(options.text);
  }
  const std::shared_ptr<EncoderScheduler> encoder =
      load_encoder(settings, options.query ? EncoderRole::queries : EncoderRole::documents);
  if (!encoder) {
    throw Error(ErrorKind::not_found,
                "embed needs the encoder's weights: run make setup, or name them by --model",
                settings.model_dir.string());
  }
  const std::size_t dimension = encoder->encoder().dimension();
  std::vector<float> vectors(texts.size() * dimension);
  encoder->encode(texts, vectors);
  if (!options.out.empty()) {
    write_file_atomic(options.out, npy_file(vectors, texts.size(), dimension));
    return 0;
  }
  for (std::size_t t = 0; t < texts.size(); ++t) {
    const std::span<const float> vector(vectors.data() + t * dimension, dimension);
    if (options.json) {
      boost::json::array values;
      for (float v : vector) values.emplace_back(v);
      fmt::print("{}\n", boost::json::serialize(
                             boost::json::object{{"text", texts[t]},
                                                 {"model", encoder->encoder().fingerprint()},
                                                 {"vector", std::move(values)}}));
    } else {
      fmt::print("{}\n", fmt::join(vector, "\t"));
    }
  }
  return 0;
}

}  // namespace anireco::app
