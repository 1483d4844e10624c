// The limit by hand for a small network: CUBA, benchmark 2 of Brette et al. (2007), doi:10.1007/s10827-007-0038-6.
//
// Model      4000·scale leaky integrate-and-fire neurons with two exponential currents, dt = 0.1 ms, exact; 80 synapses each (fixed out-degree,
//            drawn with replacement), weights 1.62 and -9 mV; what a spike adds is felt in the next step. 50 steps of refractoriness.
// Precision  float32, 16 neurons in a register; one thread.
// Recorded   nothing.
//
// g++ -O3 -march=native -std=c++17 -o cuba cuba.cpp && ./cuba 1 10000    prints {"seconds": processor time of the loop, "rate": Hz}

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
Number* zeros(size_t n) {
  size_t bytes = (n * sizeof(Number) + 63) / 64 * 64;
  return static_cast<Number*>(memset(aligned_alloc(64, bytes), 0, bytes));
}

}  // namespace

int main(int argc, char** argv) {
  const size_t scale = argc > 1 ? atol(argv[1]) : 1, steps = argc > 2 ? atol(argv[2]) : 10000;
  const size_t n = 4000 * scale, excitatory = 3200 * scale, degree = 80;
  std::vector<uint32_t> targets(n * degree), fired(n);
  for (auto& target : targets) target = random_bits() % n;
  for (size_t i = 0; i < n; i++) std::sort(&targets[i * degree], &targets[i * degree] + degree);
  float *v = zeros<float>(n), *ge = zeros<float>(n), *gi = zeros<float>(n);
  int32_t* rest = zeros<int32_t>(n);
  for (size_t i = 0; i < n; i++) v[i] = -60 + 10 * (random_bits() >> 11) * 0x1p-53;

  const double dt = 0.1, tau_m = 20, tau_e = 5, tau_i = 10, v_rest = -49;
  const double keep = exp(-dt / tau_m), keep_e = exp(-dt / tau_e), keep_i = exp(-dt / tau_i);
  const __m512 keeps = _mm512_set1_ps(keep), keeps_e = _mm512_set1_ps(keep_e), keeps_i = _mm512_set1_ps(keep_i);
  const __m512 gain_e = _mm512_set1_ps(tau_e / (tau_e - tau_m) * (keep_e - keep)), gain_i = _mm512_set1_ps(tau_i / (tau_i - tau_m) * (keep_i - keep));
  const __m512 drift = _mm512_set1_ps(v_rest * (1 - keep)), v_th = _mm512_set1_ps(-50), v_reset = _mm512_set1_ps(-60);
  const __m512i t_ref = _mm512_set1_epi32(50), one = _mm512_set1_epi32(1), none = _mm512_setzero_si512();

  uint64_t spikes = 0;
  const double begin = processor_seconds();
  for (size_t step = 0; step < steps; step++) {
    size_t count = 0;
    for (size_t i = 0; i < n; i += 16) {
      __m512 x = _mm512_load_ps(v + i), e = _mm512_load_ps(ge + i), g = _mm512_load_ps(gi + i);
      __m512i left = _mm512_load_si512(rest + i);
      const __m512 flowed = _mm512_fmadd_ps(keeps, x, _mm512_fmadd_ps(gain_e, e, _mm512_fmadd_ps(gain_i, g, drift)));
      const __mmask16 free = _mm512_cmple_epi32_mask(left, none);
      x = _mm512_mask_mov_ps(x, free, flowed);
      const __mmask16 fires = _mm512_mask_cmp_ps_mask(free, x, v_th, _CMP_GT_OQ);
      _mm512_store_ps(v + i, _mm512_mask_mov_ps(x, fires, v_reset));
      _mm512_store_si512(rest + i, _mm512_mask_mov_epi32(_mm512_sub_epi32(left, one), fires, t_ref));
      _mm512_store_ps(ge + i, _mm512_mul_ps(e, keeps_e));
      _mm512_store_ps(gi + i, _mm512_mul_ps(g, keeps_i));
      for (unsigned bits = fires; bits; bits &= bits - 1) fired[count++] = i + __builtin_ctz(bits);
    }
    for (size_t k = 0; k < count; k++) {
      const uint32_t* row = &targets[fired[k] * degree];
      float* sums = fired[k] < excitatory ? ge : gi;
      const float weight = fired[k] < excitatory ? 1.62f : -9.0f;
      for (size_t j = 0; j < degree; j++) sums[row[j]] += weight;
    }
    spikes += count;
  }
  const double seconds = processor_seconds() - begin;
  printf("{\"seconds\": %.6f, \"rate\": %.4f}\n", seconds, spikes / static_cast<double>(n) / (steps * 1e-4));
}
