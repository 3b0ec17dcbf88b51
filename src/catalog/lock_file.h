#pragma once

#include <filesystem>
#include <memory>

#include "catalog/catalog_store.h"

namespace anireco {

/// Takes an exclusive lock (flock) on a file, which is made if needed and names its holder: "pid
/// 4711 on host since 2026-01-31T12:00:00Z". The system gives the lock back when the process ends,
/// however it ends; the file stays. Throws Error{unavailable} naming the holder when another
/// process, or another lock of this one, has it.
std::unique_ptr<WriterLock> lock_file(const std::filesystem::path& path);

}  // namespace anireco
