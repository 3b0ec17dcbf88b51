#pragma once

namespace anireco {

/// From now on other threads that want to run go before the calling one, for good: while all
/// processors are busy it gets about a tenth of what one of usual priority gets.
void lower_thread_priority();

}  // namespace anireco
