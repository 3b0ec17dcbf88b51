#pragma once

#include <filesystem>
#include <memory>

#include "catalog/catalog_store.h"

namespace anireco {

enum class LockKind {
  exclusive,  ///< Nobody else has it.
  shared,     ///< Others may share it, none has it exclusively.
};

/// Takes a lock (flock) on a file, which is made if needed and names its holder: "pid
/// 4711 on host since 2026-01-31T12:00:00Z". The system gives the lock back when the process ends,
/// however it ends; the file stays. Of those who share it the last comer is named. Throws
/// Error{unavailable} naming the holder when another process, or another lock of this one, has it.
std::unique_ptr<WriterLock> lock_file(const std::filesystem::path& path,
                                      LockKind kind = LockKind::exclusive);

}  // namespace anireco
