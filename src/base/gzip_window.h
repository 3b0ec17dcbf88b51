#pragma once

namespace anireco {

/// zlib's window bits for the gzip format: its largest window, and the 16 by which zlib is asked
/// for gzip's framing.
inline constexpr int kGzipWindow = 15 + 16;

}  // namespace anireco
