#pragma once

#include <string>

namespace anireco {

/// How this process names itself to those whom it keeps waiting: "pid 4711 on host since
/// 2026-01-31T12:00:00Z".
std::string describe_lock_holder();

/// Throws Error{unavailable} that names who has the catalogue's lock; empty: "another process".
[[noreturn]] void throw_locked_by(const std::string& holder);

}  // namespace anireco
