/// A selection of the most likely characters without a full sort: a quickselect with weighted elements.
///
/// Characters are ordered by probability, ties by token ID, so that the result is the same on every machine.
struct LikeliestSelection {
  private var candidates: [Int32] = []

  /// Sets all probabilities to 0 that follow those whose cumulative weight reaches `limit`, but never the largest.
  mutating func keep(
    in probabilities: FloatView, untilWeightReaches limit: Double, weight: (Float) -> Double
  ) {
    for character in find(in: probabilities, untilWeightReaches: limit, weight: weight).dropped {
      probabilities[Int(character)] = 0
    }
  }

  /// The likeliest characters, in no order. Those of probability 0 are not among them.
  mutating func likeliest(_ count: Int, in probabilities: FloatView) -> ArraySlice<Int32> {
    find(in: probabilities, untilWeightReaches: Double(count)) { _ in 1 }.kept
  }

  private mutating func find(
    in probabilities: FloatView, untilWeightReaches limit: Double, weight: (Float) -> Double
  ) -> (kept: ArraySlice<Int32>, dropped: ArraySlice<Int32>) {
    candidates.removeAll(keepingCapacity: true)
    for index in probabilities.indices where probabilities[index] > 0 { candidates.append(Int32(index)) }
    var undecided = candidates.indices
    var rest = limit
    while !undecided.isEmpty {
      let (middle, weightBefore) = partition(undecided, by: probabilities, weight: weight)
      if weightBefore >= rest {
        undecided = undecided.lowerBound..<middle
        continue
      }
      rest -= weightBefore + weight(probabilities[Int(candidates[middle])])
      undecided = rest > 0 ? middle + 1..<undecided.upperBound : middle + 1..<middle + 1
    }
    let end = max(undecided.lowerBound, min(1, candidates.count))
    return (candidates[..<end], candidates[end...])
  }

  /// Moves the elements before a pivot to the front of a range, and those after it behind its final index `middle`.
  private mutating func partition(
    _ range: Range<Int>, by probabilities: FloatView, weight: (Float) -> Double
  ) -> (middle: Int, weightBefore: Double) {
    func precedes(_ a: Int32, _ b: Int32) -> Bool {
      let (x, y) = (probabilities[Int(a)], probabilities[Int(b)])
      return x > y || (x == y && a < b)
    }
    let last = range.upperBound - 1
    candidates.swapAt(range.lowerBound + range.count / 2, last)
    let pivot = candidates[last]
    var middle = range.lowerBound
    var weightBefore = 0.0
    for index in range.lowerBound..<last where precedes(candidates[index], pivot) {
      weightBefore += weight(probabilities[Int(candidates[index])])
      candidates.swapAt(index, middle)
      middle += 1
    }
    candidates.swapAt(middle, last)
    return (middle, weightBefore)
  }
}
