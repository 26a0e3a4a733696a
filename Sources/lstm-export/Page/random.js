// Random numbers with the same sequence as the Swift tools (Sources/RandomNumbers).

/** Returns the lowest 64 bits of an integer. */
function low64(x) {
  return BigInt.asUintN(64, x);
}

/** Mixes the bits of a 64-bit number: the last step of SplitMix64 (Steele, Lea and Flood 2014). */
function splitMixed(x) {
  let z = low64((x ^ (x >> 30n)) * 0xbf58476d1ce4e5b9n);
  z = low64((z ^ (z >> 27n)) * 0x94d049bb133111ebn);
  return z ^ (z >> 31n);
}

/** A xoshiro256** generator (Blackman and Vigna 2018) whose state SplitMix64 derives from a seed. */
class RandomGenerator {
  /** @param {bigint} seed from 0 to 2⁶⁴ − 1 */
  constructor(seed) {
    this.state = [1n, 2n, 3n, 4n].map((index) => splitMixed(low64(seed + 0x9e3779b97f4a7c15n * index)));
  }

  next() {
    const s = this.state;
    const rotated = (x, k) => low64(x << k) | (x >> (64n - k));
    const result = low64(rotated(low64(s[1] * 5n), 7n) * 9n);
    const shifted = low64(s[1] << 17n);
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotated(s[3], 45n);
    return result;
  }

  /** Returns a uniform number in 0 ..< 1 with 24 random bits, which a float32 represents exactly. */
  nextUnit() {
    return Number(this.next() >> 40n) * 2 ** -24;
  }
}
