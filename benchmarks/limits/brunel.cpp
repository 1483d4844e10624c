// The limit by hand for a dense network: model A of Brunel (2000), doi:10.1023/A:1008925309027, as in NEST's example brunel_delta_nest.py.
//
// Model      12,500 leaky integrate-and-fire neurons, dt = 0.1 ms, exact; delta synapses, 1250 each (fixed out-degree, drawn with replacement), weights
//            0.1 and -0.5 mV, delay 1.5 ms; each neuron gets Poisson spikes at 20,000 per second. 20 steps of refractoriness, reset to 0.
// Precision  float32, 16 neurons in a register, which stay there for the 15 steps of a delay; one thread. Noise: xoshiro128+.
// Recorded   nothing.
//
// g++ -O3 -march=native -std=c++17 -o brunel brunel.cpp && ./brunel 1 10005    prints {"seconds": processor time of the loop, "rate": Hz}

#ifndef __AVX512F__
#error "the limit program needs a processor with AVX-512"
#endif

#include <immintrin.h>
#include <time.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace {

constexpr size_t n = 12500, excitatory = 10000, degree = 1250, delay = 15, padded = 12512;

double processor_seconds() {
  timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

uint64_t random_bits() {  // xorshift64*
  static uint64_t state = 88172645463325252ull;
  state ^= state >> 12;
  state ^= state << 25;
  state ^= state >> 27;
  return state * 2685821657736338717ull;
}

template <typename Number>
Number* zeros(size_t count) {
  return static_cast<Number*>(memset(aligned_alloc(64, count * sizeof(Number)), 0, count * sizeof(Number)));
}

struct Noise {  // xoshiro128+ in every lane
  __m512i s[4];
  Noise() {
    for (auto& word : s) {
      alignas(64) uint32_t lanes[16];
      for (auto& lane : lanes) lane = random_bits() >> 32;
      word = _mm512_load_si512(lanes);
    }
  }
  __m512 uniform() {
    const __m512i out = _mm512_add_epi32(s[0], s[3]), shifted = _mm512_slli_epi32(s[1], 9);
    s[2] = _mm512_xor_si512(s[2], s[0]);
    s[3] = _mm512_xor_si512(s[3], s[1]);
    s[1] = _mm512_xor_si512(s[1], s[2]);
    s[0] = _mm512_xor_si512(s[0], s[3]);
    s[2] = _mm512_xor_si512(s[2], shifted);
    s[3] = _mm512_rol_epi32(s[3], 11);
    return _mm512_mul_ps(_mm512_cvtepi32_ps(_mm512_srli_epi32(out, 8)), _mm512_set1_ps(0x1p-24f));
  }
};

}  // namespace

int main(int argc, char** argv) {
  const size_t blocks = (argc > 2 ? atol(argv[2]) : 10005) / delay;
  std::vector<uint16_t> targets(n * degree);
  for (auto& target : targets) target = random_bits() % n;
  for (size_t i = 0; i < n; i++) std::sort(&targets[i * degree], &targets[i * degree] + degree);
  float* v = zeros<float>(padded);
  int32_t* rest = zeros<int32_t>(padded);
  float* arriving[2 * delay];
  for (auto& row : arriving) row = zeros<float>(padded);
  std::vector<float> cumulative;  // of the number of Poisson spikes in a step
  double p = exp(-2.0);
  for (double c = p; c < 1 - 1e-7; c += p) {
    cumulative.push_back(c);
    p *= 2.0 / cumulative.size();
  }
  const __m512 keep = _mm512_set1_ps(exp(-0.1 / 20)), weight = _mm512_set1_ps(0.1f), v_th = _mm512_set1_ps(20);
  const __m512i t_ref = _mm512_set1_epi32(20), one = _mm512_set1_epi32(1), none = _mm512_setzero_si512();
  Noise noise;
  std::vector<std::pair<uint32_t, uint32_t>> fired;  // neuron, step of the block

  uint64_t spikes = 0;
  const double begin = processor_seconds();
  for (size_t block = 0; block < blocks; block++) {
    float **now = arriving + block % 2 * delay, **next = arriving + (block + 1) % 2 * delay;
    fired.clear();
    for (size_t i = 0; i < padded; i += 16) {
      __m512 x = _mm512_load_ps(v + i);
      __m512i left = _mm512_load_si512(rest + i);
      for (size_t step = 0; step < delay; step++) {
        const __m512 u = noise.uniform();
        __m512i count = none;
        for (const float c : cumulative) count = _mm512_mask_add_epi32(count, _mm512_cmp_ps_mask(u, _mm512_set1_ps(c), _CMP_GT_OQ), count, one);
        const __m512 input = _mm512_fmadd_ps(_mm512_cvtepi32_ps(count), weight, _mm512_load_ps(now[step] + i));
        _mm512_store_ps(now[step] + i, _mm512_setzero_ps());
        const __mmask16 free = _mm512_cmple_epi32_mask(left, none);
        x = _mm512_mask_mov_ps(x, free, _mm512_fmadd_ps(x, keep, input));
        const __mmask16 fires = _mm512_mask_cmp_ps_mask(free, x, v_th, _CMP_GE_OQ);
        x = _mm512_mask_mov_ps(x, fires, _mm512_setzero_ps());
        left = _mm512_mask_mov_epi32(_mm512_sub_epi32(left, one), fires, t_ref);
        for (unsigned bits = fires; bits; bits &= bits - 1)
          if (i + __builtin_ctz(bits) < n) fired.emplace_back(i + __builtin_ctz(bits), step);
      }
      _mm512_store_ps(v + i, x);
      _mm512_store_si512(rest + i, left);
    }
    for (size_t k = 0; k < fired.size(); k++) {
      const auto [neuron, step] = fired[k];
      if (k + 1 < fired.size())
        for (size_t byte = 0; byte < 2 * degree; byte += 64)
          _mm_prefetch(reinterpret_cast<const char*>(&targets[fired[k + 1].first * degree]) + byte, _MM_HINT_T0);
      const uint16_t* row = &targets[neuron * degree];
      float* sums = next[step];
      const float w = neuron < excitatory ? 0.1f : -0.5f;
      for (size_t j = 0; j < degree; j++) sums[row[j]] += w;
    }
    spikes += fired.size();
  }
  const double seconds = processor_seconds() - begin;
  printf("{\"seconds\": %.6f, \"rate\": %.4f}\n", seconds, spikes / static_cast<double>(n) / (blocks * delay * 1e-4));
}
