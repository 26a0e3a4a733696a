// CPU feature detection and intrinsics that Swift lacks: prefetching, a pause for spin loops, products of 8-bit integers,
// CRC-32C instructions, and the instruction sets that the CPU and the operating system support. The module is
// header-only, so that nothing here is compiled for a CPU other than its caller's.

#ifndef CPU_INTRINSICS_H
#define CPU_INTRINSICS_H

#include <stdbool.h>
#include <stddef.h>

// Prefetches a cache line into the second-level cache. Any address is allowed: an unreadable one is ignored.
static inline __attribute__((always_inline)) void prefetch_to_second_level(const void *address) {
  __builtin_prefetch(address, 0, 2);
}

// Prefetches a cache line for writing, which another core may own: without the prefetch, the writes of a tile wait for
// one line after the other. Older CPUs execute the instruction as a no-op.
static inline __attribute__((always_inline)) void prefetch_for_writing(void *address) {
#if defined(__x86_64__)
  __asm__ volatile("prefetchw %0" : : "m"(*(char *)address));
#else
  __builtin_prefetch(address, 1, 2);
#endif
}

// Reduces the CPU resources that a thread uses between two polls of a spin loop.
static inline __attribute__((always_inline)) void pause_briefly(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  // Most arm64 cores execute `yield` as a no-op. This instruction takes as long as the pause of x86-64.
  __asm__ volatile("isb");
#endif
}

// MARK: Numbers of 16 and 8 bits

typedef unsigned short UInt16Lanes4 __attribute__((ext_vector_type(4)));
typedef unsigned short UInt16Lanes8 __attribute__((ext_vector_type(8)));
typedef unsigned short UInt16Lanes16 __attribute__((ext_vector_type(16)));

typedef int Int32Lanes4 __attribute__((ext_vector_type(4)));
typedef int Int32Lanes8 __attribute__((ext_vector_type(8)));
typedef int Int32Lanes16 __attribute__((ext_vector_type(16)));
typedef float FloatLanes4 __attribute__((ext_vector_type(4)));
typedef float FloatLanes8 __attribute__((ext_vector_type(8)));
typedef float FloatLanes16 __attribute__((ext_vector_type(16)));
typedef signed char Int8Lanes8 __attribute__((ext_vector_type(8)));
typedef signed char Int8Lanes16 __attribute__((ext_vector_type(16)));
typedef short Int16Lanes8 __attribute__((ext_vector_type(8)));

#define INTRINSIC static inline __attribute__((always_inline))

// Widens bfloat16 numbers, the upper halves of floats.
INTRINSIC FloatLanes4 widened_4(UInt16Lanes4 x) { return (FloatLanes4)(__builtin_convertvector(x, Int32Lanes4) << 16); }
INTRINSIC FloatLanes8 widened_8(UInt16Lanes8 x) { return (FloatLanes8)(__builtin_convertvector(x, Int32Lanes8) << 16); }
INTRINSIC FloatLanes16 widened_16(UInt16Lanes16 x) {
  return (FloatLanes16)(__builtin_convertvector(x, Int32Lanes16) << 16);
}

INTRINSIC FloatLanes4 float_lanes_4(Int32Lanes4 x) { return __builtin_convertvector(x, FloatLanes4); }

INTRINSIC Int16Lanes8 widened_lanes(Int8Lanes8 x) { return __builtin_convertvector(x, Int16Lanes8); }

// The functions for dot products add to every 32-bit sum the products of four adjacent 8-bit weights with four 8-bit
// numbers of a row, which are the same for all sums. All are from -127 to 127, so that no intermediate result saturates.

INTRINSIC Int32Lanes4 add_dot_products_4(Int32Lanes4 sums, Int32Lanes4 row, Int32Lanes4 weights) {
  Int8Lanes16 x = (Int8Lanes16)row, w = (Int8Lanes16)weights;
#if defined(__ARM_FEATURE_DOTPROD)
  __asm__("sdot %0.4s, %1.16b, %2.16b" : "+w"(sums) : "w"(x), "w"(w));
  return sums;
#else
  Int16Lanes8 xLow = widened_lanes(x.lo), xHigh = widened_lanes(x.hi);
  Int16Lanes8 wLow = widened_lanes(w.lo), wHigh = widened_lanes(w.hi);
#if defined(__SSE2__)
  typedef short Words __attribute__((vector_size(16)));
  Int32Lanes4 low = (Int32Lanes4)__builtin_ia32_pmaddwd128((Words)xLow, (Words)wLow);
  Int32Lanes4 high = (Int32Lanes4)__builtin_ia32_pmaddwd128((Words)xHigh, (Words)wHigh);
#else
  Int32Lanes4 low, high;  // sums of pairs
  Int16Lanes8 productsLow = xLow * wLow, productsHigh = xHigh * wHigh;
#if defined(__aarch64__)
  __asm__("saddlp %0.4s, %1.8h" : "=w"(low) : "w"(productsLow));
  __asm__("saddlp %0.4s, %1.8h" : "=w"(high) : "w"(productsHigh));
#else
  low = __builtin_convertvector(productsLow.even, Int32Lanes4) + __builtin_convertvector(productsLow.odd, Int32Lanes4);
  high =
      __builtin_convertvector(productsHigh.even, Int32Lanes4) + __builtin_convertvector(productsHigh.odd, Int32Lanes4);
#endif
#endif
  return sums + __builtin_shufflevector(low, high, 0, 2, 4, 6) + __builtin_shufflevector(low, high, 1, 3, 5, 7);
#endif
}

#if defined(__AVX2__)
INTRINSIC FloatLanes8 float_lanes_8(Int32Lanes8 x) { return __builtin_convertvector(x, FloatLanes8); }

INTRINSIC Int32Lanes8 add_dot_products_8(Int32Lanes8 sums, Int32Lanes8 row, Int32Lanes8 weights) {
  typedef char Bytes __attribute__((vector_size(32)));
  typedef short Words __attribute__((vector_size(32)));
  typedef signed char SignedBytes __attribute__((ext_vector_type(32)));
  // The instruction multiplies unsigned by signed numbers: |x| by the weight that has the sign of the product.
  Bytes magnitudes = (Bytes)__builtin_elementwise_abs((SignedBytes)row);
  Words pairs =
      (Words)__builtin_ia32_pmaddubsw256(magnitudes, __builtin_ia32_psignb256((Bytes)weights, (Bytes)row));
  Words ones = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
  return sums + (Int32Lanes8)__builtin_ia32_pmaddwd256(pairs, ones);
}
#endif

#if defined(__AVX512F__)
INTRINSIC FloatLanes16 float_lanes_16(Int32Lanes16 x) { return __builtin_convertvector(x, FloatLanes16); }

// Requires AVX-512 VNNI. The row has 128 added to each number, so that all are unsigned; see `cpu_has_avx512_vnni`.
INTRINSIC Int32Lanes16 add_dot_products_16(Int32Lanes16 sums, Int32Lanes16 row, Int32Lanes16 weights) {
  __asm__("vpdpbusd %2, %1, %0" : "+v"(sums) : "v"(row), "v"(weights));
  return sums;
}
#endif

#if defined(__x86_64__)
#include <cpuid.h>

// Returns the mask of extended registers that the operating system saves on a context switch. A CPU may have
// instructions whose registers would be lost without this support.
static inline unsigned long long cpu_saved_registers(void) {
  unsigned a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & (1u << 27))) return 0;
  unsigned low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return ((unsigned long long)high << 32) | low;
}

// Whether the CPU supports everything that a compiler may use under -march=x86-64-v3.
static inline bool cpu_has_x86_64_v3(void) {
  unsigned a, b, c, d;
  const unsigned leaf1 = (1u << 0) | (1u << 9) | (1u << 12) | (1u << 13) | (1u << 19) | (1u << 20) |
                         (1u << 22) | (1u << 23) | (1u << 27) | (1u << 28) | (1u << 29);
  if (!__get_cpuid(1, &a, &b, &c, &d) || (c & leaf1) != leaf1) return false;
  const unsigned leaf7 = (1u << 3) | (1u << 5) | (1u << 8);  // BMI1, AVX2, BMI2
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || (b & leaf7) != leaf7) return false;
  if (!__get_cpuid(0x80000001, &a, &b, &c, &d) || !(c & (1u << 5))) return false;  // LZCNT
  return (cpu_saved_registers() & 0x6) == 0x6;  // XMM and YMM
}

// Whether the CPU supports everything that a compiler may use under -march=x86-64-v4.
static inline bool cpu_has_x86_64_v4(void) {
  unsigned a, b, c, d;
  const unsigned leaf7 = (1u << 16) | (1u << 17) | (1u << 28) | (1u << 30) | (1u << 31);  // F, DQ, CD, BW, VL
  if (!cpu_has_x86_64_v3() || !__get_cpuid_count(7, 0, &a, &b, &c, &d) || (b & leaf7) != leaf7) return false;
  return (cpu_saved_registers() & 0xe6) == 0xe6;  // XMM, YMM, mask registers and ZMM
}

// Whether the CPU has AVX-512 and its instructions for products of 8-bit integers.
static inline bool cpu_has_avx512_vnni(void) {
  unsigned a, b, c, d;
  return cpu_has_x86_64_v4() && __get_cpuid_count(7, 0, &a, &b, &c, &d) && (c & (1u << 11));
}

// Whether the CPU has a CRC-32C instruction.
static inline bool cpu_has_crc32c(void) {
  unsigned a, b, c, d;
  return __get_cpuid(1, &a, &b, &c, &d) && (c & (1u << 20));  // SSE4.2
}

#define CRC32C_TARGET __attribute__((target("sse4.2")))
#define CRC32C_WORD __builtin_ia32_crc32di
#define CRC32C_BYTE __builtin_ia32_crc32qi
#elif defined(__aarch64__)
#if defined(__linux__)
#include <sys/auxv.h>
#endif

static inline bool cpu_has_crc32c(void) {
#if defined(__linux__)
  return getauxval(AT_HWCAP) & (1ul << 7);
#else
  return true;  // Every arm64 Mac has it.
#endif
}

#define CRC32C_TARGET __attribute__((target("crc")))
#define CRC32C_WORD __builtin_arm_crc32cd
#define CRC32C_BYTE __builtin_arm_crc32cb
#endif

#if defined(CRC32C_TARGET)
// Updates a CRC-32C register with bytes. Requires a CPU with the instruction: the function is compiled for such a CPU,
// and is therefore never inlined into code that is compiled for an older one.
static inline CRC32C_TARGET unsigned crc32c_update(unsigned crc, const unsigned char *bytes, size_t count) {
  unsigned long long wide = crc;  // The word instruction uses 64-bit registers: a narrower type adds an instruction.
  size_t offset = 0;
  for (; count - offset >= 8; offset += 8) {
    unsigned long long word;
    __builtin_memcpy(&word, bytes + offset, 8);
    wide = CRC32C_WORD(wide, word);
  }
  crc = (unsigned)wide;
  for (; offset < count; offset++) crc = CRC32C_BYTE(crc, bytes[offset]);
  return crc;
}
#endif

#endif
