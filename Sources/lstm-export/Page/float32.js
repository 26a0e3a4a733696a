// Float32 arithmetic with the bits of the project's Swift kernels (Sources/KernelTemplates/Elementary.swift).
//
// JavaScript computes in double precision. Rounding the result of each addition, subtraction, product and quotient of
// two float32 numbers with Math.fround gives the float32 result. A product is rounded before it is added.

const { fround } = Math;

/** 1.5 · 2²³: a float32 of this size has no fraction, so adding it rounds a number to the nearest integer. */
const roundingConstant = 12582912;
const inverseOfLn2 = 0x1715476 * 2 ** -24;
/** ln 2 = ln2High − ln2Low; the product of ln2High and an integer is exact. */
const ln2High = 0x163 * 2 ** -9;
const ln2Low = 0x1bd0106 * 2 ** -37;
/** 2ⁿ at the index n + 127. */
const powersOfTwo = Float32Array.from({ length: 256 }, (_, index) => 2 ** (index - 127));

/** Returns the integer n nearest to x / ln 2, so that eˣ = 2ⁿ · eʳ with |r| ≤ ln 2 / 2. */
function exponentOf(x) {
  return fround(fround(roundingConstant + fround(x * inverseOfLn2)) - roundingConstant);
}

/** Returns eʳ − 1, where r = x − n ln 2. */
function fractionOf(x, n) {
  const r = fround(fround(x + fround(n * -ln2High)) + fround(n * ln2Low));
  let p = 0x16a241a * 2 ** -34;  // a polynomial for (eʳ − 1 − r) / r²
  p = fround(0x11239f2 * 2 ** -31 + fround(p * r));
  p = fround(0x15558f2 * 2 ** -29 + fround(p * r));
  p = fround(0x1555492 * 2 ** -27 + fround(p * r));
  p = fround(0x1fffffc * 2 ** -26 + fround(p * r));
  return fround(r + fround(p * fround(r * r)));
}

function clamped(x, limit) {
  return x < -limit ? -limit : x > limit ? limit : x;
}

/** Returns eˣ; saturates below −87.3 and above 88. */
function exponential(x) {
  const inRange = x < fround(-87.3) ? fround(-87.3) : x > 88 ? 88 : x;
  const n = exponentOf(inRange);
  const scale = powersOfTwo[(n + 127) | 0];
  return fround(scale + fround(scale * fractionOf(inRange, n)));
}

/** Returns 1 + eˣ. */
function onePlusExponential(x) {
  const inRange = clamped(x, 43);
  const n = exponentOf(inRange);
  const scale = powersOfTwo[(n + 127) | 0];
  return fround(1 + fround(scale + fround(scale * fractionOf(inRange, n))));
}

/** Returns tanh(x) = (e²ˣ − 1) / (e²ˣ + 1). */
function hyperbolicTangent(x) {
  const twice = clamped(fround(x + x), fround(18.2));
  const n = exponentOf(twice);
  const scale = powersOfTwo[(n + 127) | 0];
  const exponentialMinusOne = fround(fround(scale - 1) + fround(scale * fractionOf(twice, n)));
  return fround(exponentialMinusOne / fround(exponentialMinusOne + 2));
}

const floatBits = new Float32Array(1);
const integerBits = new Int32Array(floatBits.buffer);

/** Returns √x by Newton's method, from an estimate of 1/√x that halves the exponent of x. */
function squareRoot(x) {
  floatBits[0] = x;
  integerBits[0] = 0x5f3759df - (integerBits[0] >> 1);
  const half = fround(x * -0.5);
  let y = floatBits[0];
  for (let iteration = 0; iteration < 3; iteration++) {
    y = fround(y * fround(1.5 + fround(fround(half * y) * y)));
  }
  return fround(x * y);
}

// Functions of all elements of Float32Arrays.

/** Replaces each a by σ(a) = 1 / (1 + e⁻ᵃ). */
function applySigmoid(a) {
  for (let u = 0; u < a.length; u++) a[u] = fround(1 / onePlusExponential(0 - a[u]));
}

/** Replaces each a and b by σ(a) and σ(b), with one division for both. */
function applySigmoids(a, b) {
  for (let u = 0; u < a.length; u++) {
    const denominatorOfA = onePlusExponential(0 - a[u]);
    const denominatorOfB = onePlusExponential(0 - b[u]);
    const inverse = fround(1 / fround(denominatorOfA * denominatorOfB));
    a[u] = fround(denominatorOfB * inverse);
    b[u] = fround(denominatorOfA * inverse);
  }
}

/** Replaces each a by tanh(a). */
function applyTanh(a) {
  for (let u = 0; u < a.length; u++) a[u] = hyperbolicTangent(a[u]);
}

/** Adds p∘x to a. */
function addProducts(a, p, x) {
  for (let u = 0; u < a.length; u++) a[u] = fround(a[u] + fround(p[u] * x[u]));
}

/** Sixteen partial sums: element k is added to sum k modulo 16, as in the vectors of the kernels. */
const partialSums = new Float32Array(16);

/** Returns the total of the partial sums, added in a fixed tree. */
function totalOfPartialSums() {
  for (let distance = 8; distance >= 1; distance /= 2) {
    for (let k = 0; k < distance; k++) partialSums[k] = fround(partialSums[k] + partialSums[k + distance]);
  }
  return partialSums[0];
}

/** Replaces v by N(v) = (v − μ) / √(s² + ε), with its mean μ and its variance s². */
function normalize(v) {
  partialSums.fill(0);
  for (let u = 0; u < v.length; u++) partialSums[u & 15] = fround(partialSums[u & 15] + v[u]);
  const mean = fround(totalOfPartialSums() / v.length);
  partialSums.fill(0);
  for (let u = 0; u < v.length; u++) {
    v[u] = fround(v[u] - mean);
    partialSums[u & 15] = fround(partialSums[u & 15] + fround(v[u] * v[u]));
  }
  const variance = fround(fround(totalOfPartialSums() / v.length) + fround(1e-5));
  const scale = fround(1 / squareRoot(variance));
  for (let u = 0; u < v.length; u++) v[u] = fround(v[u] * scale);
}
