/// A search over learning rates with one seed, with repetitions of the best one for other seeds.
struct RateSearch: Sendable {
  var rates: [Double]
  var seeds: [UInt64]

  init(rates: [Double], firstSeed: UInt64, seedCount: Int) {
    self.rates = rates
    seeds = (0..<UInt64(seedCount)).map { firstSeed &+ $0 }
  }

  /// Returns the runs that can begin now: those of the first seed without a loss or, if there are none, those of the
  /// other seeds at the best learning rate.
  ///
  /// - Parameter loss: Returns the loss of a run; nil if it is unknown.
  func open(loss: (_ rate: Double, _ seed: UInt64) -> Double?) -> [(rate: Double, seed: UInt64)] {
    guard let firstSeed = seeds.first else { return [] }
    let known = rates.compactMap { rate in loss(rate, firstSeed).map { (rate: rate, loss: $0) } }
    guard known.count == rates.count, let best = known.min(by: { $0.loss < $1.loss }) else {
      return rates.filter { loss($0, firstSeed) == nil }.map { ($0, firstSeed) }
    }
    return seeds.dropFirst().filter { loss(best.rate, $0) == nil }.map { (best.rate, $0) }
  }

  /// Runs each learning rate with the first seed, and the best one with the other seeds.
  ///
  /// - Parameters:
  ///   - isBetter: Whether the first of two results is better than the second.
  ///   - run: Returns the result of a run, or nil to end the search.
  /// - Returns: The results of the best learning rate, one for each seed; nil if `run` ended the search.
  func results<Result>(
    isBetter: (Result, Result) -> Bool, run: (_ rate: Double, _ seed: UInt64) throws -> Result?
  ) rethrows -> (rate: Double, results: [Result])? {
    guard let firstSeed = seeds.first else { return nil }
    var best: (rate: Double, results: [Result])?
    for rate in rates {
      guard let result = try run(rate, firstSeed) else { return nil }
      if best.map({ isBetter(result, $0.results[0]) }) ?? true { best = (rate, [result]) }
    }
    for seed in seeds.dropFirst() {
      guard let rate = best?.rate, let result = try run(rate, seed) else { return nil }
      best?.results.append(result)
    }
    return best
  }
}
