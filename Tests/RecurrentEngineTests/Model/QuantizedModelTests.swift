import Checksums
import KernelTemplates
import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

/// Tests of models with 8-bit weights.
@Suite struct QuantizedModelTests {
  private static let vocabularySize = 37

  /// A different rounding in one of the kernel sets would sooner or later change a text.
  @Test(arguments: RecurrentCell.allCases)
  func allKernelsGiveTheSameBits(cell: RecurrentCell) throws {
    for variant in Variant.allCases + [Variant.plain.connected(.residual), Variant.plain.connected(.highway)] {
      let model = try makeModel(cell, variant, vocabulary: Self.vocabularySize, hidden: 45, layers: 3)
      let logits = try quantizedKernels.map { kernels in
        try self.logits(of: model.rounded(to: .int8, kernels: kernels)).map(\.bitPattern)
      }
      for (kernels, others) in zip(quantizedKernels, logits).dropFirst() {
        #expect(others == logits[0], "\(variant) \(kernels.name)")
      }
    }
  }

  /// Checksums of the bits of logits, which are the same on every machine.
  static let recorded: [(cell: RecurrentCell, checksum: String)] = [
    (.lstm(), "9e720834"), (.gru(reset: .before), "b6736e4d"), (.gru(reset: .after), "dab8c576"), (.mgu, "54966229"),
    (.rnn(activation: .relu), "69af004e"),
  ]

  @Test(arguments: recorded)
  func everyMachineGivesTheRecordedBits(cell: RecurrentCell, checksum: String) throws {
    for kernels in quantizedKernels {
      var sum = CRC32C()
      for variant in [Variant.plain, .normalizedHighway, .tied] {
        let model = try makeModel(cell, variant, vocabulary: Self.vocabularySize, hidden: 45, layers: 3)
        let logits = try logits(of: model.rounded(to: .int8, kernels: kernels)).map { $0.bitPattern.littleEndian }
        logits.withUnsafeBytes { sum.update($0) }
      }
      #expect(String(decoding: sum.value.hexadecimalDigits, as: UTF8.self) == checksum, "\(cell) \(kernels.name)")
    }
  }

  /// A row too small for its inverse becomes zeros, without an infinity.
  @Test func tinyRowsAreZeros() throws {
    let model = try makeModel(.rnn(), .embedding, vocabulary: Self.vocabularySize, hidden: 20, layers: 1)
    var tensors = Dictionary(uniqueKeysWithValues: model.pyTorchTensors.map { ($0.name, $0.elements) })
    tensors["embedding.weight"] = tensors["embedding.weight"]?.map { _ in 1e-38 }
    let tiny = LanguageModel(copying: model)
    tiny.setParameters(pyTorchTensors: tensors)
    tensors["embedding.weight"] = tensors["embedding.weight"]?.map { _ in 0 }
    let zero = LanguageModel(copying: model)
    zero.setParameters(pyTorchTensors: tensors)
    for kernels in quantizedKernels {
      let (rounded, expected) = try (
        tiny.rounded(to: .int8, kernels: kernels), zero.rounded(to: .int8, kernels: kernels)
      )
      #expect(logits(of: rounded) == logits(of: expected))
    }
  }

  /// The products of 8-bit numbers approximate those of floats.
  @Test(arguments: RecurrentCell.allCases)
  func logitsAreNearThoseOfFloats(cell: RecurrentCell) throws {
    for variant in Variant.allCases {
      let model = try makeModel(cell, variant, vocabulary: Self.vocabularySize, hidden: 45, layers: 2)
      let quantized = try model.rounded(to: .int8)
      let exact = logits(of: model)
      let scale = exact.reduce(0) { max($0, abs($1)) }
      // Layer normalization magnifies rounding errors if the pre-activations are nearly equal.
      let magnification: Float = variant.normalization == nil ? 1 : 12
      for (rounded, tolerance) in [(quantized.widened(), 0.04 * magnification), (quantized, 0.06 * magnification)] {
        let difference = zip(logits(of: rounded), exact).reduce(0) { max($0, abs($1.0 - $1.1)) }
        #expect(difference > 0 && difference < tolerance * scale, "\(variant) \(difference) of \(scale)")
      }
    }
  }

  /// An LSTM written out with scalars: products of integers, then single float32 operations in the order of the file
  /// format's description.
  @Test func theLSTMIsThatOfItsDescription() throws {
    let (vocabulary, hidden) = (11, 19)
    let floats = try makeModel(.lstm(), vocabulary: vocabulary, hidden: hidden, layers: 2)
    let model = try floats.rounded(to: .int8)
    let description = ScalarLSTM(floats, hidden: hidden)
    let characters: [Int32] = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 10, 0, 7]
    let step = GenerationStep(model.network, batchSize: 1, threadCount: 1)
    var states = [ScalarLSTM.State](repeating: .init(hidden), count: 2)
    for character in characters {
      step.read([character])
      let expected = description.logits(after: Int(character), &states)
      #expect(Array(step.workspace.logits.elements.prefix(vocabulary)) == expected)
    }
  }

  private func logits(of model: LanguageModel) -> [Float] {
    let step = GenerationStep(model.network, batchSize: 1, threadCount: 1)
    var random = RandomGenerator(seed: 4)
    var logits: [Float] = []
    for _ in 0..<20 {
      step.read([Int32.random(in: 0..<Int32(Self.vocabularySize), using: &random)])
      logits += step.workspace.logits.elements.prefix(Self.vocabularySize)
    }
    return logits
  }
}

private typealias Vector = Unfused<SIMD4<Float>>

extension Vector {
  /// The number that all elements are.
  fileprivate var value: Float { largestElement() }
}

/// Two layers of the LSTM with 8-bit weights, as the equations are read.
private struct ScalarLSTM {
  struct State {
    var h: [Float]
    var c: [Float]
    init(_ hidden: Int) { (h, c) = (Array(repeating: 0, count: hidden), Array(repeating: 0, count: hidden)) }
  }

  private let biases: [String: [Float]]
  private let matrices: [String: QuantizedTensor]
  private let hidden: Int

  init(_ model: LanguageModel, hidden: Int) {
    let tensors = model.pyTorchTensors
    biases = Dictionary(
      uniqueKeysWithValues: tensors.filter { $0.shape.count == 1 }.map { ($0.name, $0.elements) })
    matrices = Dictionary(
      uniqueKeysWithValues: tensors.filter { $0.shape.count == 2 }.map {
        ($0.name, QuantizedTensor($0.elements, rowLength: $0.shape[1]))
      })
    self.hidden = hidden
  }

  func logits(after character: Int, _ states: inout [State]) -> [Float] {
    for layer in states.indices {
      let input =
        layer == 0 ? column(character, of: "rnn.weight_ih_l0") : product("rnn.weight_ih_l\(layer)", states[layer - 1].h)
      var sums = zip(biases["rnn.bias_ih_l\(layer)"] ?? [], input).map { $0 + $1 }
      sums = zip(sums, product("rnn.weight_hh_l\(layer)", states[layer].h)).map { $0 + $1 }
      for unit in 0..<hidden {
        let a = (0..<4).map { Vector(repeating: sums[$0 * hidden + unit]) }
        let (i, f) = sigmoids(a[0], a[1])
        let g = hyperbolicTangent(a[2])
        let c = f.value * states[layer].c[unit] + i.value * g.value
        states[layer].c[unit] = c
        states[layer].h[unit] = sigmoid(a[3]).value * hyperbolicTangent(Vector(repeating: c)).value
      }
    }
    return zip(biases["decoder.bias"] ?? [], product("decoder.weight", states[states.count - 1].h)).map { $0 + $1 }
  }

  private func column(_ index: Int, of name: String) -> [Float] {
    guard let matrix = matrices[name] else { return [] }
    let width = matrix.numbers.count / matrix.scales.count
    return matrix.scales.enumerated().map { row, scale in Float(matrix.numbers[row * width + index]) * scale }
  }

  private func product(_ name: String, _ x: [Float]) -> [Float] {
    guard let matrix = matrices[name] else { return [] }
    let numbers = x.map { Int(($0 * 127).rounded(.toNearestOrEven)) }
    return matrix.scales.enumerated().map { row, scale in
      let sum = numbers.indices.reduce(0) { $0 + numbers[$1] * Int(matrix.numbers[row * x.count + $1]) }
      return Float(sum) * (scale * (1 / 127))
    }
  }
}
