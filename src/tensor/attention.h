#pragma once

#include <cstddef>

#include "tensor/aligned_buffer.h"
#include "tensor/bfloat16.h"

namespace anireco {

struct AttentionShape {
  size_t heads = 0;
  size_t head_dim = 0;
  size_t hidden() const { return heads * head_dim; }
};

/// Scratch of one thread; grows with the longest sequence seen. Not thread-safe.
struct AttentionScratch {
  AlignedBuffer<float> buffer;
};

/// Softmax attention of one head over one sequence: context = softmax(q * transpose(k) /
/// sqrt(head_dim)) * v, all sums in float.
/// qkv: [length, 3 * hidden], the rows of one sequence: queries, keys, values, each of all heads.
/// context: [length, hidden]; only the head's columns are written.
/// Thread-safe with one scratch a thread; heads and sequences are independent of each other.
/// Source: Vaswani et al., arXiv 1706.03762, equation 1.
void attend(const AttentionShape& shape, size_t head, size_t length, const float* qkv,
            float* context, AttentionScratch& scratch);
void attend(const AttentionShape& shape, size_t head, size_t length, const bfloat16* qkv,
            bfloat16* context, AttentionScratch& scratch);

}  // namespace anireco
