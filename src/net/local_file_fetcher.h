#pragma once

#include "net/http_fetcher.h"

namespace anireco {

/// Answers requests for "file://" and an absolute path, taken as it stands, from the disk, so that
/// a source's file may lie on this machine; other requests are refused. A .gz file (told by its
/// bytes) comes unpacked. Size and time of change are its ETag: If-None-Match gives 304.
class LocalFileFetcher final : public HttpFetcher {
 public:
  /// Throws Error{not_found, unavailable}, {invalid_argument} for another scheme or a file larger
  /// than max_body_bytes, {corrupt} for damaged gzip data.
  FetchResponse fetch(const FetchRequest& request) override;
};

}  // namespace anireco
