#pragma once

namespace anireco {

/// The most memory that this process has had resident so far, mapped files included, in MiB.
double peak_memory_mib();

}  // namespace anireco
