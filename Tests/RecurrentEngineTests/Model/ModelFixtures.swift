import GradientChecking
import KernelTemplates
import ReferenceModel
import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

/// The kernel sets for float weights that this CPU supports; some names differ for quantized weights only.
let availableKernels: [KernelSet] = KernelSelection.availableNames.compactMap {
  let kernels = try? KernelSelection.select($0).get()
  return kernels?.name == $0 ? kernels : nil
}

/// The kernel sets for quantized weights that this CPU supports.
let quantizedKernels: [KernelSet] = KernelSelection.availableNames.compactMap {
  try? KernelSelection.selectQuantized($0).get()
}

/// The kernel sets for bfloat16 weights that this CPU supports.
let bfloat16Kernels: [KernelSet] = KernelSelection.availableNames.compactMap {
  let kernels = try? KernelSelection.selectBFloat16($0).get()
  return kernels?.name == $0 ? kernels : nil
}

extension KernelSet: CustomTestStringConvertible {
  public var testDescription: String { name }
}

func makeVocabulary(count: Int) throws -> Vocabulary {
  // Consecutive scalars from "a" on, sorted by their bytes.
  let entries = (0..<count).compactMap { Unicode.Scalar(UInt32(0x61 + $0)).map { Array(String($0).utf8) } }
  return try Vocabulary(unit: .character, entries: entries)
}

/// Extensions of a stack of cells.
struct Variant: Equatable, CustomStringConvertible {
  enum Reading: Equatable { case rows, embedding, tied }

  var reading = Reading.rows
  var normalization: Normalization?
  var connection = RecurrentEngine.Connection.plain

  static let plain = Variant()
  static let embedding = Variant(reading: .embedding)
  static let tied = Variant(reading: .tied)
  static let normalized = Variant(normalization: .layer)
  static let normalizedEmbedding = Variant(reading: .embedding, normalization: .layer)
  static let normalizedTied = Variant(reading: .tied, normalization: .layer)
  static let leaky = Variant(connection: .leaky(0.3))
  static let gated = Variant(connection: .gated)
  static let normalizedHighway = Variant(normalization: .layer, connection: .highway)

  static let allCases = [
    plain, embedding, tied, normalized, normalizedEmbedding, normalizedTied, leaky, gated, normalizedHighway,
  ]

  func connected(_ connection: RecurrentEngine.Connection) -> Variant {
    var variant = self
    variant.connection = connection
    return variant
  }

  /// The tolerance of a gradient, relative to the largest element of its tensor. Layer normalization magnifies rounding
  /// errors if the pre-activations are nearly equal.
  var gradientTolerance: Double { normalization == nil ? 2e-5 : 1e-4 }

  func embedding(hidden: Int) -> Embedding? {
    switch reading {
    case .rows: nil
    // A size unlike the hidden size: larger if that is odd, smaller if it is even.
    case .embedding: Embedding(size: hidden % 2 == 0 ? hidden / 2 : hidden + 20)
    case .tied: Embedding(size: hidden, isTied: true)
    }
  }

  var description: String {
    [reading == .rows ? nil : "\(reading)", normalization.map { _ in "normalized" }, connection.kind.rawValue]
      .compactMap(\.self).joined(separator: " ")
  }
}

/// Returns a model without zeros among its parameters, including the biases.
func makeModel(
  _ cell: RecurrentCell, _ variant: Variant = .plain, vocabulary: Int, hidden: Int, layers: Int,
  kernels: KernelSet? = nil, seed: UInt64 = 1
) throws -> LanguageModel {
  let model = try LanguageModel(
    ModelConfiguration(
      cell: cell, vocabularySize: vocabulary, hiddenSize: hidden, layerCount: layers,
      embedding: variant.embedding(hidden: hidden), normalization: variant.normalization,
      connection: variant.connection),
    vocabulary: makeVocabulary(count: vocabulary), kernels: kernels)
  var random = RandomGenerator(seed: seed)
  let bound = 1 / Float(hidden).squareRoot()
  var tensors: [String: [Float]] = [:]
  for tensor in model.pyTorchTensors {
    // Only the GRU that resets after the product has a second bias, and only for its candidate.
    let count = tensor.elements.count
    let isSecondBias = tensor.name.contains("bias_hh")
    let center: Float = tensor.name.contains("gain") ? 1 : 0
    tensors[tensor.name] = (0..<count).map { index in
      let value = (2 * random.nextUnit() - 1) * bound + center
      return isSecondBias && !(cell == .gru(reset: .after) && index >= 2 * hidden) ? 0 : value
    }
  }
  model.setParameters(pyTorchTensors: tensors)
  return model
}

/// Returns a chunk of random characters; about one target in eight is ignored.
func makeChunk(
  steps: Int, batch: Int, vocabulary: Int, isFirst: Bool = true, random: inout RandomGenerator
) -> RecurrentEngine.Chunk {
  var inputs: [Int32] = []
  var targets: [Int32] = []
  for index in 0..<steps * batch {
    inputs.append(Int32.random(in: 0..<Int32(vocabulary), using: &random))
    targets.append(Int32.random(in: 0..<Int32(vocabulary), using: &random))
    if index > 0, Int.random(in: 0..<8, using: &random) == 0 { targets[index] = Chunk.ignoredTarget }
  }
  return Chunk(stepCount: steps, batchSize: batch, inputs: inputs, targets: targets, isFirstOfEpoch: isFirst)
}
