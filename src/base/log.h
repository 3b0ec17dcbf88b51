#pragma once

#include <fmt/core.h>

#include <optional>
#include <string_view>
#include <utility>

namespace anireco {

enum class LogLevel { debug, info, warning, error, off };

/// Reads "debug", "info", "warning" (or "warn"), "error", "off"; nothing for any other word.
std::optional<LogLevel> parse_log_level(std::string_view word);

struct LogOptions {
  LogLevel level = LogLevel::info;  ///< Messages below it are dropped before they are formatted.
  bool json = false;                ///< One JSON object a line instead of plain text.
};

/// Sends log lines to standard error from now on. Called once by an app before it starts threads;
/// without it only warnings and errors are written. Not thread-safe against running log calls.
void start_logging(const LogOptions& options);

/// True if a message of this level would be written. Thread-safe.
bool log_enabled(LogLevel level);

/// Writes one finished line. Control characters are escaped, so a message cannot forge a line.
/// Thread-safe; never throws.
void log_line(LogLevel level, std::string_view message) noexcept;

namespace log_detail {
void log_formatted(LogLevel level, fmt::string_view format, fmt::format_args args) noexcept;
}  // namespace log_detail

/// log_info("imported {} titles", n) and its kin. Thread-safe; never throw.
template <typename... Args>
void log_debug(fmt::format_string<Args...> format, Args&&... args) {
  log_detail::log_formatted(LogLevel::debug, format, fmt::make_format_args(args...));
}

template <typename... Args>
void log_info(fmt::format_string<Args...> format, Args&&... args) {
  log_detail::log_formatted(LogLevel::info, format, fmt::make_format_args(args...));
}

template <typename... Args>
void log_warning(fmt::format_string<Args...> format, Args&&... args) {
  log_detail::log_formatted(LogLevel::warning, format, fmt::make_format_args(args...));
}

template <typename... Args>
void log_error(fmt::format_string<Args...> format, Args&&... args) {
  log_detail::log_formatted(LogLevel::error, format, fmt::make_format_args(args...));
}

}  // namespace anireco
