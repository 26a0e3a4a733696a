/// A fuzzer that checks a target with random inputs, and keeps inputs with new outcomes.
struct Fuzzer {
  private let target: any FuzzTarget
  private var mutator: Mutator
  private var inputs: [[UInt8]]
  private(set) var outcomes: Set<String> = []
  private(set) var checkedCount = 0
  private var nextSeed = 0

  /// Maximum number of inputs to keep. Outcomes can contain parts of the input, so their number is unbounded.
  private static let maximumInputCount = 4096

  /// - Parameter seeds: Initial inputs in addition to those of the target.
  init(_ target: any FuzzTarget, seed: UInt64, seeds: [[UInt8]] = []) {
    self.target = target
    mutator = Mutator(seed: seed, tokens: target.tokens)
    inputs = target.seeds + seeds
  }

  /// Returns the next input: first each initial input, then changed ones.
  mutating func makeInput() -> [UInt8] {
    if nextSeed < inputs.count, checkedCount == nextSeed {
      nextSeed += 1
      return inputs[nextSeed - 1]
    }
    let input = inputs.isEmpty ? [] : inputs[mutator.number(in: 0...inputs.count - 1)]
    return target.mutated(input, with: &mutator)
  }

  /// Checks an input, and keeps it if its outcome is new.
  mutating func check(_ input: [UInt8]) throws(Finding) {
    let isSeed = checkedCount < nextSeed
    checkedCount += 1
    let outcome = try target.check(input)
    if outcomes.insert(outcome).inserted, !isSeed, inputs.count < Self.maximumInputCount { inputs.append(input) }
  }

  mutating func run(count: Int) throws(Finding) {
    for _ in 0..<count { try check(makeInput()) }
  }
}
