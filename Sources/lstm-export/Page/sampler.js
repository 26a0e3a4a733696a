// Drawing characters as lstm-sample does (Sources/RecurrentEngine/Sampling): for the same logits, seed and options, the
// same characters.

/** A sampler of characters from logits. */
class Sampler {
  /** @param {?number} excluded a token ID that is never drawn, or null */
  constructor(vocabularySize, excluded) {
    this.count = vocabularySize;
    this.excluded = excluded;
    this.logits = new Float32Array(vocabularySize);
    /** Unnormalized probabilities, with zeros up to whole columns of 16. */
    this.probabilities = new Float32Array(Math.ceil(vocabularySize / 16) * 16);
    this.candidates = new Int32Array(vocabularySize);
  }

  /**
   * Draws a character.
   * @param {number} temperature at least 0; 0 selects the most likely character, the first one in a tie
   * @param {number} topP the share of the probability that the kept, most likely characters reach; 1 keeps all
   */
  draw(logits, temperature, topP, random) {
    this.logits.set(logits);
    if (this.excluded !== null) this.logits[this.excluded] = -Infinity;
    if (temperature <= 0) return indexOfLargest(this.logits);
    this.applySoftmax(this.logits, fround(Math.min(1 / temperature, 1e6)));
    if (this.excluded !== null) this.probabilities[this.excluded] = 0;
    if (topP < 1) this.keepLikeliest(topP * this.sum());
    return this.characterAt(random.nextUnit());
  }

  /** Sets the probabilities to softmax(logits / temperature). */
  applySoftmax(logits, inverseTemperature) {
    const p = this.probabilities;
    const largest = largestElement(logits);
    partialSums.fill(0);
    for (let index = 0; index < this.count; index++) {
      p[index] = exponential(fround(fround(logits[index] - largest) * inverseTemperature));
      partialSums[index & 15] = fround(partialSums[index & 15] + p[index]);
    }
    const norm = fround(1 / totalOfPartialSums());
    for (let index = 0; index < this.count; index++) p[index] = fround(p[index] * norm);
  }

  /** Returns the float32 sum of a column of 16 probabilities. */
  columnSum(column) {
    partialSums.set(this.probabilities.subarray(16 * column, 16 * column + 16));
    return totalOfPartialSums();
  }

  /** Returns the sum of all probabilities, which is 1 only up to rounding, and less if characters were dropped. */
  sum() {
    let sum = 0;
    for (let column = 0; column < this.probabilities.length / 16; column++) sum += this.columnSum(column);
    return sum;
  }

  /** Returns the character at which the cumulative sum exceeds a fraction of the total. */
  characterAt(share) {
    const p = this.probabilities;
    let rest = share * this.sum();
    let last = 0;
    for (let column = 0; column < p.length / 16; column++) {
      const sum = this.columnSum(column);
      if (rest >= sum) {
        rest -= sum;
        continue;
      }
      for (let index = 16 * column; index < 16 * column + 16; index++) {
        if (!(p[index] > 0)) continue;
        last = index;
        rest -= p[index];
        if (rest < 0) break;
      }
      break;
    }
    return last;
  }

  /**
   * Sets all but the largest probabilities whose sum reaches `limit` to 0, but never the largest: a quickselect.
   *
   * Characters are ordered by probability, ties by token ID.
   */
  keepLikeliest(limit) {
    const p = this.probabilities;
    let count = 0;
    for (let index = 0; index < this.count; index++) if (p[index] > 0) this.candidates[count++] = index;
    let start = 0;
    let end = count;
    let rest = limit;
    while (start < end) {
      const { middle, sumBefore } = this.partition(start, end);
      if (sumBefore >= rest) {
        end = middle;
        continue;
      }
      rest -= sumBefore + p[this.candidates[middle]];
      start = middle + 1;
      if (!(rest > 0)) break;
    }
    for (let index = Math.max(start, 1); index < count; index++) p[this.candidates[index]] = 0;
  }

  /** Moves the candidates before a pivot to the front of a range, and those after it behind its index `middle`. */
  partition(start, end) {
    const { candidates, probabilities: p } = this;
    const swap = (a, b) => {
      [candidates[a], candidates[b]] = [candidates[b], candidates[a]];
    };
    const last = end - 1;
    swap(start + ((end - start) >> 1), last);
    const pivot = candidates[last];
    let middle = start;
    let sumBefore = 0;
    for (let index = start; index < last; index++) {
      const candidate = candidates[index];
      if (p[candidate] > p[pivot] || (p[candidate] === p[pivot] && candidate < pivot)) {
        sumBefore += p[candidate];
        swap(index, middle);
        middle += 1;
      }
    }
    swap(middle, last);
    return { middle, sumBefore };
  }
}

/** Returns the index of the largest number, the first one in a tie. */
function indexOfLargest(numbers) {
  let largest = 0;
  for (let index = 1; index < numbers.length; index++) if (numbers[index] > numbers[largest]) largest = index;
  return largest;
}

function largestElement(numbers) {
  let largest = -Infinity;
  for (let index = 0; index < numbers.length; index++) largest = Math.max(largest, numbers[index]);
  return largest;
}

const alternativeCount = 5;

/**
 * Returns how a model predicted a character: its surprise −log₂ p at temperature 1 in bits, and the most likely
 * characters with their probabilities. For display only, so in double precision.
 */
function prediction(logits, character) {
  const largest = largestElement(logits);
  let sum = 0;
  const likeliest = [];
  for (let index = 0; index < logits.length; index++) {
    sum += Math.exp(logits[index] - largest);
    let place = likeliest.length;
    while (place > 0 && logits[index] > logits[likeliest[place - 1]]) place -= 1;
    if (place >= alternativeCount) continue;
    likeliest.splice(place, 0, index);
    if (likeliest.length > alternativeCount) likeliest.pop();
  }
  const probability = (index) => Math.exp(logits[index] - largest) / sum;
  return {
    bits: (Math.log(sum) - (logits[character] - largest)) / Math.LN2,
    likeliest: likeliest.map((index) => ({ character: index, probability: probability(index) })),
  };
}
