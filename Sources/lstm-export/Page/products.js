// Products of a matrix and a vector, both rounded to 8-bit integers. The sums of integers are exact.

/**
 * The factor of the second of two rows that share a double for speed: q₀ + 2²⁷ q₁, so that one multiplication and one
 * addition serve both. Doubles represent integers below 2⁵³ exactly. The sum of up to 4,096 products of two integers of
 * at most 127 is below 2²⁶ in magnitude, so that both sums can be separated again.
 */
const pairFactor = 2 ** 27;
const mostPairedColumns = 4096;

/** A vector without a larger number is rounded to zeros: 127 divided by its largest number could be infinite. */
const smallestMagnitude = 2 ** -100;

/** A matrix of 8-bit integers with one scale per row: weight[r][k] = values[r][k] · scales[r]. */
class QuantizedMatrix {
  constructor(values, scales, rows, columns) {
    this.values = values;  // (row, column)
    this.scales = scales;  // (row)
    this.rows = rows;
    this.columns = columns;
    if (columns > mostPairedColumns) return;
    this.pairs = new Float64Array((rows >> 1) * columns);  // (row / 2, column)
    for (let pair = 0, index = 0; pair < rows >> 1; pair++) {
      for (let first = 2 * pair * columns; first < (2 * pair + 1) * columns; first++, index++) {
        this.pairs[index] = values[first] + values[first + columns] * pairFactor;
      }
    }
  }

  /** Adds one column to `sums`: the product with a one-hot vector. */
  addColumn(column, sums) {
    for (let r = 0; r < this.rows; r++) {
      sums[r] = fround(sums[r] + fround(this.values[r * this.columns + column] * this.scales[r]));
    }
  }

  /** Copies a row of weights to a Float32Array. */
  copyRow(row, result) {
    const first = row * this.columns;
    for (let k = 0; k < this.columns; k++) result[k] = fround(this.values[first + k] * this.scales[row]);
  }
}

/** A vector rounded to integers from −127 to 127: x[k] ≈ values[k] · scale. */
class QuantizedVector {
  constructor(count) {
    this.values = new Float64Array(count);
    this.scale = 0;
  }

  /**
   * Rounds a vector.
   * @param {Float32Array} x
   * @param {boolean} isBounded whether all elements are from −1 to 1; otherwise the largest magnitude gets 127
   */
  round(x, isBounded) {
    let inverse = 127;
    this.scale = fround(1 / 127);
    if (!isBounded) {
      let largest = 0;
      for (let k = 0; k < x.length; k++) largest = Math.max(largest, Math.abs(x[k]));
      inverse = largest < smallestMagnitude ? 0 : fround(127 / largest);
      this.scale = fround(largest / 127);
    }
    const { values } = this;
    for (let k = 0; k < x.length; k++) {
      values[k] = fround(fround(x[k] * inverse) + roundingConstant) - roundingConstant;
    }
  }
}

/**
 * Adds the products of some rows of a matrix and a vector to `sums`.
 * @param {number} firstSum the index in `sums` for the row `firstRow`
 */
function addMatrixProduct(matrix, x, firstRow, rowCount, sums, firstSum) {
  const end = firstRow + rowCount;
  const shift = firstSum - firstRow;
  const lastStart = matrix.columns <= mostPairedColumns ? end - 8 : -1;
  let row = firstRow;
  if (row % 2 === 1 && row < end) addRow(matrix, row++, x, sums, shift);
  for (; row <= lastStart; row += 8) addEightRows(matrix, row, x, sums, shift);
  for (; row < end; row++) addRow(matrix, row, x, sums, shift);
}

function addRow({ values: q, columns, scales }, row, { values: n, scale }, sums, shift) {
  let sum = 0;
  for (let k = 0; k < columns; k++) sum += q[row * columns + k] * n[k];
  addScaled(sum, scales[row], scale, sums, row + shift);
}

/** Adds the products of eight rows, which begin with an even one: four independent sums of pairs of rows. */
function addEightRows({ pairs: q, columns, scales }, row, { values: n, scale }, sums, shift) {
  const pair0 = row / 2 * columns;
  const pair1 = pair0 + columns;
  const pair2 = pair1 + columns;
  const pair3 = pair2 + columns;
  let sum0 = 0;
  let sum1 = 0;
  let sum2 = 0;
  let sum3 = 0;
  for (let k = 0; k < columns; k++) {
    const factor = n[k];
    sum0 += q[pair0 + k] * factor;
    sum1 += q[pair1 + k] * factor;
    sum2 += q[pair2 + k] * factor;
    sum3 += q[pair3 + k] * factor;
  }
  addPair(sum0, row, scales, scale, sums, shift);
  addPair(sum1, row + 2, scales, scale, sums, shift);
  addPair(sum2, row + 4, scales, scale, sums, shift);
  addPair(sum3, row + 6, scales, scale, sums, shift);
}

/** Separates the sums of two rows, and adds their products. */
function addPair(sum, row, scales, scaleOfX, sums, shift) {
  const second = Math.round(sum / pairFactor) + 0;  // + 0 turns −0 into 0
  addScaled(sum - second * pairFactor, scales[row], scaleOfX, sums, row + shift);
  addScaled(second, scales[row + 1], scaleOfX, sums, row + 1 + shift);
}

/** Adds the float32 product of an integer sum and both scales. */
function addScaled(sum, scaleOfRow, scaleOfX, sums, index) {
  sums[index] = fround(sums[index] + fround(fround(sum) * fround(scaleOfRow * scaleOfX)));
}
