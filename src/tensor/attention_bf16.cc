#include "tensor/attention_bf16.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "base/error.h"

#if defined(__x86_64__)

// GCC's own header starts some results undefined on purpose (bug 105593).
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif

#include <immintrin.h>

#define ANIRECO_BF16_TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512bf16")))
#define ANIRECO_BF16_INLINE ANIRECO_BF16_TARGET inline __attribute__((always_inline))

namespace anireco {
namespace {

// Queries computed together: with two vectors each, enough sums to hide the instruction's latency.
constexpr size_t kQueries = 8;
constexpr size_t kLanes = 16;
constexpr size_t kKeyStep = 32;  // keys are padded to this

// Pairs of bfloat16 in 32 bits, as the instruction wants them.
struct HeadScratch {
  size_t keys_padded;
  size_t pairs;      // head_dim / 2
  uint32_t* keys;    // [pairs, keys_padded]: two neighbouring columns of a key, transposed
  uint32_t* values;  // [keys_padded / 2, head_dim]: one column of two neighbouring values
  float* scores;     // [kQueries, keys_padded]
  uint16_t* shares;  // [kQueries, keys_padded], bfloat16
};

ANIRECO_BF16_INLINE __m512bh as_bf16(__m512i v) { return (__m512bh)v; }

ANIRECO_BF16_INLINE __m512bh broadcast_pair(const void* from) {
  int32_t pair;
  std::memcpy(&pair, from, sizeof(pair));
  return as_bf16(_mm512_set1_epi32(pair));
}

// out[i][j] = in[j][i] for 16 x 16 words of 32 bits.
ANIRECO_BF16_INLINE void transpose(__m512i* r) {
  __m512i t[16];
  for (int i = 0; i < 16; i += 2) {
    t[i] = _mm512_unpacklo_epi32(r[i], r[i + 1]);
    t[i + 1] = _mm512_unpackhi_epi32(r[i], r[i + 1]);
  }
  for (int i = 0; i < 16; i += 4) {
    r[i] = _mm512_unpacklo_epi64(t[i], t[i + 2]);
    r[i + 1] = _mm512_unpackhi_epi64(t[i], t[i + 2]);
    r[i + 2] = _mm512_unpacklo_epi64(t[i + 1], t[i + 3]);
    r[i + 3] = _mm512_unpackhi_epi64(t[i + 1], t[i + 3]);
  }
  for (int i = 0; i < 4; ++i) {
    t[i] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0x88);
    t[i + 4] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0xdd);
    t[i + 8] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0x88);
    t[i + 12] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0xdd);
  }
  for (int i = 0; i < 4; ++i) {
    r[i] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0x88);
    r[i + 8] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0xdd);
    r[i + 4] = _mm512_shuffle_i32x4(t[i + 4], t[i + 12], 0x88);
    r[i + 12] = _mm512_shuffle_i32x4(t[i + 4], t[i + 12], 0xdd);
  }
}

ANIRECO_BF16_TARGET void pack_keys(const HeadScratch& s, const bfloat16* keys, size_t stride,
                                   size_t length) {
  for (size_t j = 0; j < s.keys_padded; j += kLanes) {
    for (size_t pair = 0; pair < s.pairs; pair += kLanes) {
      __m512i rows[16];
      for (size_t i = 0; i < kLanes; ++i) {
        rows[i] = j + i < length ? _mm512_loadu_si512(keys + (j + i) * stride + 2 * pair)
                                 : _mm512_setzero_si512();
      }
      transpose(rows);
      for (size_t i = 0; i < kLanes; ++i) {
        _mm512_store_si512(s.keys + (pair + i) * s.keys_padded + j, rows[i]);
      }
    }
  }
}

ANIRECO_BF16_TARGET void pack_values(const HeadScratch& s, const bfloat16* values, size_t stride,
                                     size_t length) {
  const size_t head_dim = 2 * s.pairs;
  // 16-bit words 0, 32, 1, 33, ... of two rows laid end to end, and 16, 48, ...
  alignas(64) uint16_t low[32];
  alignas(64) uint16_t high[32];
  for (uint16_t i = 0; i < 16; ++i) {
    low[2 * i] = i;
    low[2 * i + 1] = static_cast<uint16_t>(i + 32);
    high[2 * i] = static_cast<uint16_t>(i + 16);
    high[2 * i + 1] = static_cast<uint16_t>(i + 48);
  }
  const __m512i low_words = _mm512_load_si512(low);
  const __m512i high_words = _mm512_load_si512(high);
  const __m512i zero = _mm512_setzero_si512();
  for (size_t j = 0; j < s.keys_padded; j += 2) {
    uint32_t* out = s.values + j / 2 * head_dim;
    for (size_t c = 0; c < head_dim; c += 32) {
      const bfloat16* at = values + j * stride + c;
      const __m512i even = j < length ? _mm512_loadu_si512(at) : zero;
      const __m512i odd = j + 1 < length ? _mm512_loadu_si512(at + stride) : zero;
      _mm512_store_si512(out + c, _mm512_permutex2var_epi16(even, low_words, odd));
      _mm512_store_si512(out + c + 16, _mm512_permutex2var_epi16(even, high_words, odd));
    }
  }
}

// queries: of kQueries rows, the first word of each.
ANIRECO_BF16_INLINE void score_block(const HeadScratch& s, const bfloat16* const* queries) {
  for (size_t j = 0; j < s.keys_padded; j += kKeyStep) {
    __m512 sum[kQueries][2];
    for (auto& row : sum) row[0] = row[1] = _mm512_setzero_ps();
    for (size_t pair = 0; pair < s.pairs; ++pair) {
      const uint32_t* key = s.keys + pair * s.keys_padded + j;
      const __m512bh k0 = as_bf16(_mm512_load_si512(key));
      const __m512bh k1 = as_bf16(_mm512_load_si512(key + kLanes));
#pragma GCC unroll 8
      for (size_t q = 0; q < kQueries; ++q) {
        const __m512bh query = broadcast_pair(queries[q] + 2 * pair);
        sum[q][0] = _mm512_dpbf16_ps(sum[q][0], query, k0);
        sum[q][1] = _mm512_dpbf16_ps(sum[q][1], query, k1);
      }
    }
#pragma GCC unroll 8
    for (size_t q = 0; q < kQueries; ++q) {
      _mm512_store_ps(s.scores + q * s.keys_padded + j, sum[q][0]);
      _mm512_store_ps(s.scores + q * s.keys_padded + j + kLanes, sum[q][1]);
    }
  }
}

// 2^x for x <= 0, with a relative error below 4e-6: the whole part by the exponent, the rest, in
// [-1/2, 1/2], by the Taylor series of exp(x ln 2) up to the fifth power.
ANIRECO_BF16_INLINE __m512 exp2_of(__m512 x) {
  const __m512 whole = _mm512_roundscale_ps(x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  const __m512 rest = _mm512_sub_ps(x, whole);
  __m512 y = _mm512_set1_ps(1.33335581e-3F);
  y = _mm512_fmadd_ps(y, rest, _mm512_set1_ps(9.61812911e-3F));
  y = _mm512_fmadd_ps(y, rest, _mm512_set1_ps(5.55041087e-2F));
  y = _mm512_fmadd_ps(y, rest, _mm512_set1_ps(2.40226507e-1F));
  y = _mm512_fmadd_ps(y, rest, _mm512_set1_ps(6.93147181e-1F));
  y = _mm512_fmadd_ps(y, rest, _mm512_set1_ps(1.0F));
  return _mm512_scalef_ps(y, whole);
}

// Scores of one query to exp((score - max) * scale) in bfloat16; returns 1 / their sum.
ANIRECO_BF16_INLINE float exponentials(const HeadScratch& s, size_t q, size_t length,
                                       float scale_log2e) {
  float* scores = s.scores + q * s.keys_padded;
  uint16_t* shares = s.shares + q * s.keys_padded;
  for (size_t j = length; j < s.keys_padded; ++j) scores[j] = -1e30F;
  __m512 most = _mm512_load_ps(scores);
  for (size_t j = kLanes; j < s.keys_padded; j += kLanes) {
    most = _mm512_max_ps(most, _mm512_load_ps(scores + j));
  }
  const __m512 scale = _mm512_set1_ps(scale_log2e);
  most = _mm512_mul_ps(_mm512_set1_ps(_mm512_reduce_max_ps(most)), scale);
  __m512 sum0 = _mm512_setzero_ps();
  __m512 sum1 = _mm512_setzero_ps();
  for (size_t j = 0; j < s.keys_padded; j += kKeyStep) {
    const __m512 e0 = exp2_of(_mm512_fmsub_ps(_mm512_load_ps(scores + j), scale, most));
    const __m512 e1 = exp2_of(_mm512_fmsub_ps(_mm512_load_ps(scores + j + kLanes), scale, most));
    sum0 = _mm512_add_ps(sum0, e0);
    sum1 = _mm512_add_ps(sum1, e1);
    _mm512_store_si512(shares + j, (__m512i)_mm512_cvtne2ps_pbh(e1, e0));
  }
  return 1.0F / _mm512_reduce_add_ps(_mm512_add_ps(sum0, sum1));
}

// context: of kQueries rows, the first word of each; rows from n on are not written.
ANIRECO_BF16_INLINE void context_block(const HeadScratch& s, size_t length, size_t n,
                                       const float* inverse, bfloat16* const* context) {
  const size_t head_dim = 2 * s.pairs;
  const size_t key_pairs = (length + 1) / 2;
  for (size_t c = 0; c < head_dim; c += 32) {
    __m512 sum[kQueries][2];
    for (auto& row : sum) row[0] = row[1] = _mm512_setzero_ps();
    for (size_t pair = 0; pair < key_pairs; ++pair) {
      const uint32_t* value = s.values + pair * head_dim + c;
      const __m512bh v0 = as_bf16(_mm512_load_si512(value));
      const __m512bh v1 = as_bf16(_mm512_load_si512(value + kLanes));
#pragma GCC unroll 8
      for (size_t q = 0; q < kQueries; ++q) {
        const __m512bh share = broadcast_pair(s.shares + q * s.keys_padded + 2 * pair);
        sum[q][0] = _mm512_dpbf16_ps(sum[q][0], share, v0);
        sum[q][1] = _mm512_dpbf16_ps(sum[q][1], share, v1);
      }
    }
#pragma GCC unroll 8
    for (size_t q = 0; q < kQueries; ++q) {
      if (q >= n) break;
      const __m512 factor = _mm512_set1_ps(inverse[q]);
      const __m512bh out =
          _mm512_cvtne2ps_pbh(_mm512_mul_ps(sum[q][1], factor), _mm512_mul_ps(sum[q][0], factor));
      _mm512_storeu_si512(context[q] + c, (__m512i)out);
    }
  }
}

ANIRECO_BF16_TARGET void attend_head(const AttentionShape& shape, size_t head, size_t length,
                                     const bfloat16* qkv, bfloat16* context,
                                     AttentionScratch& scratch) {
  const size_t head_dim = shape.head_dim;
  const size_t hidden = shape.hidden();
  const size_t stride = 3 * hidden;
  HeadScratch s{};
  s.pairs = head_dim / 2;
  s.keys_padded = (length + kKeyStep - 1) / kKeyStep * kKeyStep;
  // In words of 32 bits: keys, values, scores, shares.
  const size_t needed = s.keys_padded * (s.pairs + s.pairs + kQueries + kQueries / 2);
  if (scratch.buffer.size() < needed) scratch.buffer = AlignedBuffer<float>(needed);
  s.keys = reinterpret_cast<uint32_t*>(scratch.buffer.data());
  s.values = s.keys + s.keys_padded * s.pairs;
  s.scores = reinterpret_cast<float*>(s.values + s.keys_padded * s.pairs);
  s.shares = reinterpret_cast<uint16_t*>(s.scores + kQueries * s.keys_padded);

  const bfloat16* first_query = qkv + head * head_dim;
  pack_keys(s, first_query + hidden, stride, length);
  pack_values(s, first_query + 2 * hidden, stride, length);
  const float scale_log2e = 1.44269504F / std::sqrt(static_cast<float>(head_dim));
  for (size_t first = 0; first < length; first += kQueries) {
    const size_t n = std::min(kQueries, length - first);
    const bfloat16* queries[kQueries];
    bfloat16* out[kQueries];
    for (size_t q = 0; q < kQueries; ++q) {
      // The last block repeats a row rather than branch.
      const size_t row = first + std::min(q, n - 1);
      queries[q] = first_query + row * stride;
      out[q] = context + row * hidden + head * head_dim;
    }
    score_block(s, queries);
    float inverse[kQueries];
    for (size_t q = 0; q < n; ++q) inverse[q] = exponentials(s, q, length, scale_log2e);
    context_block(s, length, n, inverse, out);
  }
}

}  // namespace

bool can_attend_with_bf16_products(const AttentionShape& shape) {
  return shape.head_dim % 32 == 0 && __builtin_cpu_supports("avx512bf16") != 0 &&
         __builtin_cpu_supports("avx512bw") != 0;
}

void attend_with_bf16_products(const AttentionShape& shape, size_t head, size_t length,
                               const bfloat16* qkv, bfloat16* context, AttentionScratch& scratch) {
  attend_head(shape, head, length, qkv, context, scratch);
}

}  // namespace anireco

#else

namespace anireco {

bool can_attend_with_bf16_products(const AttentionShape&) { return false; }

void attend_with_bf16_products(const AttentionShape&, size_t, size_t, const bfloat16*, bfloat16*,
                               AttentionScratch&) {
  throw Error(ErrorKind::internal, "This CPU has no bfloat16 products.");
}

}  // namespace anireco

#endif
