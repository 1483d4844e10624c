// The limit by hand: what this processor's vector units can do with leaky integrate-and-fire neurons, nothing else in the way.
//
// Model      v += a (i - v) unless refractory; spike where v > 1; then v = 0 and 20 refractory steps. Euler's form of the leak costs what the
//            exact one does. No adapting threshold. One constant input per neuron.
// Precision  float32, 16 neurons in a register; a tile of neurons stays in registers for a block of steps.
// Recorded   nothing: the spikes of a step, one bit per neuron, go to a buffer that stays in the first-level cache.
// Noise      with "philox", one Philox4x32-10 call gives a neuron its uniform noise for four steps (Salmon et al. 2011, doi:10.1145/2063384.2063405).
//
// g++ -O3 -march=native -o lif lif.cpp && ./lif plain 65536 10000    prints {"seconds": ..., "rate": 10^9 neuron-steps per second}

#ifndef __AVX512F__
#error "the limit program needs a processor with AVX-512"
#endif

#include <immintrin.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

constexpr int lanes = 16;
constexpr long block = 256;  // steps that a tile stays in registers; a multiple of 4
constexpr float rate = 0.005f, threshold = 1.0f;  // dt / tau_m
constexpr int refractory_steps = 20;

struct Neurons {  // of one register
  __m512 v, input;
  __m512i refractory;  // steps left to rest, not positive when free

  __mmask16 advance(__m512 i) {
    const __mmask16 free = _mm512_cmple_epi32_mask(refractory, _mm512_setzero_si512());
    v = _mm512_mask_add_ps(v, free, v, _mm512_mul_ps(_mm512_set1_ps(rate), _mm512_sub_ps(i, v)));
    const __mmask16 fired = _mm512_mask_cmp_ps_mask(free, v, _mm512_set1_ps(threshold), _CMP_GT_OQ);
    v = _mm512_mask_mov_ps(v, fired, _mm512_setzero_ps());
    refractory = _mm512_mask_mov_epi32(_mm512_sub_epi32(refractory, _mm512_set1_epi32(1)), fired, _mm512_set1_epi32(refractory_steps));
    return fired;
  }
};

struct Product {
  __m512i high, low;
};

Product multiply(__m512i x, uint32_t by) {  // full 64-bit products of 16 numbers: those of even lanes, those of odd lanes, and sorted
  const __m512i factor = _mm512_set1_epi64(by);
  const __m512i even = _mm512_mul_epu32(x, factor), odd = _mm512_mul_epu32(_mm512_srli_epi64(x, 32), factor);
  return {_mm512_mask_mov_epi32(_mm512_srli_epi64(even, 32), 0xAAAA, odd), _mm512_mask_mov_epi32(even, 0xAAAA, _mm512_slli_epi64(odd, 32))};
}

void philox(__m512i (&counter)[4], uint32_t key0, uint32_t key1) {
#pragma GCC unroll 10
  for (int round = 0; round < 10; round++, key0 += 0x9E3779B9u, key1 += 0xBB67AE85u) {
    const Product p0 = multiply(counter[0], 0xD2511F53u), p1 = multiply(counter[2], 0xCD9E8D57u);
    counter[0] = _mm512_ternarylogic_epi32(p1.high, counter[1], _mm512_set1_epi32(key0), 0x96);  // exclusive or of three
    counter[2] = _mm512_ternarylogic_epi32(p0.high, counter[3], _mm512_set1_epi32(key1), 0x96);
    counter[1] = p1.low;
    counter[3] = p0.low;
  }
}

struct Population {
  long neurons;
  float *v, *input;
  int32_t* refractory;
};

template <int Registers, bool Noisy>
void run_block(const Population& p, long start, long steps) {
  uint16_t spikes[block * Registers];
  for (long first = 0; first < p.neurons; first += lanes * Registers) {
    Neurons tile[Registers];
    for (int r = 0; r < Registers; r++) {
      const long at = first + lanes * r;
      tile[r] = {_mm512_load_ps(p.v + at), _mm512_load_ps(p.input + at), _mm512_load_si512(p.refractory + at)};
    }
    if constexpr (Noisy) {
      static_assert(Registers == 1);
      const __m512i names = _mm512_add_epi32(_mm512_set1_epi32(first), _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
      for (long k = 0; k < steps; k += 4) {
        __m512i drawn[4] = {names, _mm512_set1_epi32(start + k), _mm512_setzero_si512(), _mm512_setzero_si512()};
        philox(drawn, 2011, 1045);
        for (int j = 0; j < 4; j++) {
          const __m512 noise = _mm512_mul_ps(_mm512_cvtepi32_ps(drawn[j]), _mm512_set1_ps(0x1p-31f));  // uniform on -1..1
          spikes[k + j] = tile[0].advance(_mm512_add_ps(tile[0].input, noise));
        }
        asm volatile("" ::: "memory");  // the spikes are stored
      }
    } else {
      for (long k = 0; k < steps; k++) {
        for (int r = 0; r < Registers; r++) spikes[k * Registers + r] = tile[r].advance(tile[r].input);
        asm volatile("" ::: "memory");
      }
    }
    for (int r = 0; r < Registers; r++) {
      const long at = first + lanes * r;
      _mm512_store_ps(p.v + at, tile[r].v);
      _mm512_store_si512(p.refractory + at, tile[r].refractory);
    }
  }
}

template <typename T>
T* zeros(long n) {
  void* memory = std::aligned_alloc(64, n * sizeof(T));
  if (!memory) std::exit(1);
  return static_cast<T*>(std::memset(memory, 0, n * sizeof(T)));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return std::fprintf(stderr, "usage: %s plain|philox NEURONS STEPS\n", argv[0]), 2;
  const bool noisy = !std::strcmp(argv[1], "philox");
  constexpr long tile = 4 * lanes;
  const long neurons = (std::atol(argv[2]) + tile - 1) / tile * tile, steps = (std::atol(argv[3]) + 3) / 4 * 4;
  const Population p{neurons, zeros<float>(neurons), zeros<float>(neurons), zeros<int32_t>(neurons)};
  for (long n = 0; n < neurons; n++) p.input[n] = 1.333f + 0.667f * n / neurons;
  const auto begin = std::chrono::steady_clock::now();
  for (long start = 0; start < steps; start += block) {
    const long now = steps - start < block ? steps - start : block;
    noisy ? run_block<1, true>(p, start, now) : run_block<4, false>(p, start, now);
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::printf("{\"seconds\": %.9g, \"steps\": %ld, \"rate\": %.4g}\n", seconds, steps, 1e-9 * neurons * steps / seconds);
}
