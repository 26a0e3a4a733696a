internal import KernelTemplates
internal import RecurrentCells

/// The form in which a network holds its matrices besides floats.
package enum CompactWeights: Sendable {
  /// 8-bit numbers, with the scales of the rows of each tensor by its name in checkpoints. Each weight is the product of a
  /// number from −127 to 127 and the scale of its row.
  case int8(scales: [String: [Float]])
  /// The upper halves of the floats, whose lower halves are zero.
  case bfloat16
}

/// A matrix of a model in fewer bytes than as floats.
enum CompactMatrix: Sendable {
  case int8(QuantizedMatrix)
  case bfloat16(BFloat16Matrix)

  var byteCount: Int {
    switch self {
    case .int8(let matrix): matrix.byteCount
    case .bfloat16(let matrix): matrix.byteCount
    }
  }
}

/// The matrices of a network in fewer bytes than as floats, and the kernels that multiply by them.
///
/// With 8-bit weights, the rows that are multiplied are rounded to 8 bits, too. Biases, gains, peepholes, embeddings that
/// are only looked up, and the cell state stay float32.
struct CompactNetwork: Sendable {
  struct Group: Sendable {
    let input: CompactMatrix?  // nil if layer 0 looks up rows
    let recurrent: CompactMatrix
  }

  let layers: [[Group]]
  let decoder: CompactMatrix
  let connections: [CompactMatrix?]  // (layer)
  /// The scales of the rows of each quantized tensor by its name in checkpoints; nil unless the weights are quantized.
  let scales: [String: [Float]]?
  /// Whether passes with one row read bfloat16 numbers.
  private let servesOneRow: Bool
  let kernels: KernelSet
  let cellKernels: KernelSet.Cell

  /// Bytes of floats that caches hold: only the bandwidth beyond is so low that reading half of the bytes saves more time
  /// than widening them takes.
  private static let cachedByteCount = 4_000_000

  /// - Parameter servesAnySize: Whether passes with one row read bfloat16 numbers of small models, too.
  init(
    _ layout: ParameterLayout, _ parameters: FloatBuffer, _ weights: CompactWeights, _ kernels: KernelSet,
    servesAnySize: Bool
  ) {
    let compact: (ParameterLayout.Matrix) -> CompactMatrix
    switch weights {
    case .int8(let scales):
      let scalesOfGates = layout.scalesOfGates(scales)
      compact = { matrix in
        let scales = scalesOfGates[matrix.offset] ?? [:]
        return .int8(
          QuantizedMatrix(matrix, parameters) { gate, unit in scales[gate].map { $0[$0.startIndex + unit] } ?? 0 })
      }
      self.scales = scales
    case .bfloat16:
      compact = { .bfloat16(BFloat16Matrix($0, parameters)) }
      scales = nil
    }
    let configuration = layout.configuration
    layers = layout.layers.enumerated().map { layer, groups in
      groups.map { group in
        Group(
          input: configuration.multipliesInput(ofLayer: layer) ? compact(group.input) : nil,
          recurrent: compact(group.recurrent))
      }
    }
    decoder = compact(layout.decoderWeight)
    connections = layout.connections.map { $0.map { compact($0.weight) } }
    servesOneRow = servesAnySize || layout.bytesPerCharacter > Self.cachedByteCount
    self.kernels = kernels
    cellKernels = kernels.cell(configuration.cell)
  }

  var isQuantized: Bool { scales != nil }

  /// Bytes of all matrices that are multiplied by a row for one character.
  var bytesPerCharacter: Int {
    let ofLayers = layers.joined().reduce(0) { $0 + ($1.input?.byteCount ?? 0) + $1.recurrent.byteCount }
    return connections.reduce(ofLayers + decoder.byteCount) { $0 + ($1?.byteCount ?? 0) }
  }

  /// Whether passes with a number of rows use these matrices. Reading bfloat16 numbers takes less time for a single row
  /// only; with several rows the floats give the same bits.
  func serves(rows: Int) -> Bool { isQuantized || rows == 1 && servesOneRow }
}

extension ParameterLayout {
  /// The scales of the columns of each packed matrix, by its offset and the gate.
  fileprivate func scalesOfGates(_ scales: [String: [Float]]) -> [Int: [Int: ArraySlice<Float>]] {
    var result: [Int: [Int: ArraySlice<Float>]] = [:]
    for tensor in pyTorchTensors where tensor.isProductMatrix {
      guard let scales = scales[tensor.name], scales.count == tensor.shape[0] else {
        preconditionFailure("\(tensor.name) has no scales")
      }
      for place in tensor.places { result[place.matrix.offset, default: [:]][place.gate] = scales[place.firstRow...] }
    }
    return result
  }
}

extension ModelConfiguration {
  /// The range of h in every cell: those whose h is a mean of earlier values or a product with a gate keep tanh's.
  fileprivate var rangeOfHidden: QuantizationRange { cell == .rnn(activation: .relu) ? .largestOfRow : .one }

  /// The range of a layer's output.
  fileprivate func rangeOfOutput(ofLayer layer: Int) -> QuantizationRange {
    layer > 0 && connection != .plain ? .largestOfRow : rangeOfHidden
  }
}

/// The right factor of a product in a pass.
struct ProductWeights {
  let floats: ParameterLayout.Matrix
  /// The matrix that is multiplied by, if it is not the floats.
  let compact: CompactMatrix?
  /// The range of the left factor.
  let range: QuantizationRange
}

extension RecurrentPass {
  func inputWeights(layer: Int, group: Int) -> ProductWeights {
    ProductWeights(
      floats: layout.layers[layer][group].input, compact: compact?.layers[layer][group].input,
      range: layer == 0 ? .largestOfRow : configuration.rangeOfOutput(ofLayer: layer - 1))
  }

  func recurrentWeights(layer: Int, group: Int) -> ProductWeights {
    ProductWeights(
      floats: layout.layers[layer][group].recurrent, compact: compact?.layers[layer][group].recurrent,
      range: configuration.rangeOfHidden)
  }

  func connectionWeights(layer: Int, _ gates: ParameterLayout.ConnectionGates) -> ProductWeights {
    ProductWeights(
      floats: gates.weight, compact: compact?.connections[layer],
      range: configuration.rangeOfOutput(ofLayer: layer - 1))
  }

  var decoderWeights: ProductWeights {
    ProductWeights(
      floats: layout.decoderWeight, compact: compact?.decoder,
      range: configuration.rangeOfOutput(ofLayer: configuration.layerCount - 1))
  }
}
