#pragma once

#include "tensor/attention.h"

namespace anireco {

/// True if this CPU and this shape suit attend_with_bf16_products(): AVX512_BF16 and a head_dim
/// that is a multiple of 32. Thread-safe.
bool can_attend_with_bf16_products(const AttentionShape& shape);

/// attend() for bfloat16 with the products made by the CPU's own bfloat16 instruction; the weights
/// of the values are rounded to bfloat16 too, sums stay in float. Same arguments and rules.
/// Highway 1.0 does not know the instruction, hence intrinsics here and only here.
void attend_with_bf16_products(const AttentionShape& shape, size_t head, size_t length,
                               const bfloat16* qkv, bfloat16* context, AttentionScratch& scratch);

}  // namespace anireco
