#include <fmt/format.h>

#include "bench_report.h"
#include "commands.h"
#include "encoder/encoder_bench.h"

namespace anireco::app {

int run_bench_encoder(const Settings& settings, const BenchOptions& options) {
  const EncoderBenchResult r = bench_encoder(
      settings.model_dir, {.precision = settings.precision, .threads = settings.threads});
  if (options.json) {
    fmt::print(
        "{{\"threads\":{},\"precision\":\"{}\",\"load_ms\":{:.1f},\"query_p50_ms\":{:.3f},"
        "\"query_p99_ms\":{:.3f},\"query_floor_ms\":{:.3f},\"query_floor_share\":{:.3f},"
        "\"short_per_second\":{:.1f},\"short_floor_share\":{:.3f},\"documents_per_second\":{:.1f},"
        "\"documents_floor_share\":{:.3f},\"machine\":\"{}\"}}\n",
        r.threads, r.precision, r.load_ms, r.query_p50_ms, r.query_p99_ms, r.query_floor_ms,
        r.query_floor_share, r.short_per_second, r.short_floor_share, r.documents_per_second,
        r.documents_floor_share, machine_name());
    return 0;
  }
  fmt::print("{} threads, {}, on {}; loaded in {:.0f} ms\n", r.threads, r.precision, machine_name(),
             r.load_ms);
  fmt::print(
      "one query of 16 tokens: p50 {:.2f} ms, p99 {:.2f} ms; matrix products alone {:.2f} ms "
      "({:.0f} %)\n",
      r.query_p50_ms, r.query_p99_ms, r.query_floor_ms, 100 * r.query_floor_share);
  fmt::print(
      "short queries, 32 at a time: {:.0f} a second; {:.0f} % of the matrix products' limit\n",
      r.short_per_second, 100 * r.short_floor_share);
  fmt::print("documents of 128 tokens: {:.0f} a second; {:.0f} % of the matrix products' limit\n",
             r.documents_per_second, 100 * r.documents_floor_share);
  return 0;
}

}  // namespace anireco::app
