#include "base/log.h"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <string>

namespace anireco {
namespace {

constexpr const char* kLoggerName = "anireco";

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
    case LogLevel::off:
      return spdlog::level::off;
  }
  return spdlog::level::off;
}

// Valid inside a JSON string as well as on a plain line.
std::string escape(std::string_view message) {
  std::string escaped;
  escaped.reserve(message.size());
  for (const char c : message) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\n') {
      escaped += "\\n";
    } else if (c == '\t') {
      escaped += "\\t";
    } else if (byte < 0x20 || byte == 0x7f) {
      fmt::format_to(std::back_inserter(escaped), "\\u{:04x}", byte);
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::string escape_quotes(std::string_view message) {
  std::string escaped;
  escaped.reserve(message.size());
  for (const char c : message) {
    if (c == '"' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

struct Logger {
  std::shared_ptr<spdlog::logger> logger;
  bool json = false;
};

// spdlog's registry is the one place that outlives every module; the logger's name tells its form.
Logger current_logger() {
  if (auto json = spdlog::get(fmt::format("{}.json", kLoggerName))) return {json, true};
  if (auto plain = spdlog::get(kLoggerName)) return {plain, false};
  return {};
}

}  // namespace

std::optional<LogLevel> parse_log_level(std::string_view word) {
  if (word == "debug") return LogLevel::debug;
  if (word == "info") return LogLevel::info;
  if (word == "warning" || word == "warn") return LogLevel::warning;
  if (word == "error") return LogLevel::error;
  if (word == "off") return LogLevel::off;
  return std::nullopt;
}

void start_logging(const LogOptions& options) {
  spdlog::drop(kLoggerName);
  spdlog::drop(fmt::format("{}.json", kLoggerName));
  const std::string name = options.json ? fmt::format("{}.json", kLoggerName) : kLoggerName;
  auto logger =
      std::make_shared<spdlog::logger>(name, std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_level(to_spdlog(options.level));
  logger->flush_on(spdlog::level::info);
  logger->set_pattern(options.json
                          ? R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%l","message":"%v"})"
                          : "%Y-%m-%d %H:%M:%S.%e %-7l %v");
  spdlog::register_logger(std::move(logger));
}

bool log_enabled(LogLevel level) {
  if (level == LogLevel::off) return false;
  const Logger current = current_logger();
  if (!current.logger) return level >= LogLevel::warning;
  return current.logger->should_log(to_spdlog(level));
}

void log_line(LogLevel level, std::string_view message) noexcept {
  try {
    if (!log_enabled(level)) return;
    Logger current = current_logger();
    if (!current.logger) {
      const std::string line = fmt::format("{}\n", escape(message));
      std::fwrite(line.data(), 1, line.size(), stderr);
      return;
    }
    std::string text = current.json ? escape(escape_quotes(message)) : escape(message);
    current.logger->log(to_spdlog(level), spdlog::string_view_t(text));
  } catch (...) {  // A log line is never worth an abort.
  }
}

void log_detail::log_formatted(LogLevel level, fmt::string_view format,
                               fmt::format_args args) noexcept {
  try {
    if (!log_enabled(level)) return;
    log_line(level, fmt::vformat(format, args));
  } catch (...) {
  }
}

}  // namespace anireco
