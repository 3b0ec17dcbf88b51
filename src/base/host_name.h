#pragma once

#include <string>

namespace anireco {

/// This machine's name as it calls itself; empty when it does not say.
std::string host_name();

}  // namespace anireco
