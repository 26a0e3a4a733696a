import RecurrentCells
import ReferenceModel
import Testing

/// Pseudorandom numbers between −scale and scale, the same on every run (SplitMix64).
struct Numbers {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next(scale: Double = 0.8) -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
    bits ^= bits >> 31
    return scale * (Double(bits >> 11) / Double(UInt64(1) << 52) - 1)
  }

  mutating func vector(_ count: Int) -> Vector {
    Vector((0..<count).map { _ in next() })
  }

  mutating func matrix(_ rows: Int, _ columns: Int) -> Matrix {
    Matrix(rows: rows, columns: columns, values: vector(rows * columns).values)
  }

  mutating func state(like state: CellState) -> CellState {
    CellState(h: vector(state.h.count), c: vector(state.c.count))
  }
}

func makeModel(
  _ cell: RecurrentCell, vocabularySize: Int, hiddenSize: Int, layerCount: Int, embeddingSize: Int? = nil,
  isTied: Bool = false, isNormalized: Bool = false, connection: Connection = .plain, seed: UInt64 = 1
) -> any ReferenceLanguageModelProtocol {
  let shape = ReferenceShape(
    vocabularySize: vocabularySize, hiddenSize: hiddenSize, layerCount: layerCount, embeddingSize: embeddingSize,
    isTied: isTied, connection: connection)
  func zeroModel<Cell: ReferenceCell>(_: Cell.Type) -> any ReferenceLanguageModelProtocol {
    ReferenceLanguageModel<Cell>(shape)
  }
  var numbers = Numbers(seed: seed)
  var model = zeroModel(cell.cellType(isNormalized: isNormalized))
  model.parameters = model.parameters.map { tensor in
    var tensor = tensor
    tensor.values = numbers.vector(tensor.values.count).values
    return tensor
  }
  return model
}

func makeStates(_ model: some ReferenceLanguageModelProtocol, batchSize: Int, seed: UInt64 = 2) -> [[CellState]] {
  var numbers = Numbers(seed: seed)
  return model.makeZeroStates(batchSize: batchSize).map { rows in rows.map { numbers.state(like: $0) } }
}

/// Returns h and c of every layer and row in one list.
func flat(_ states: [[CellState]]) -> [Double] {
  states.flatMap { rows in rows.flatMap { $0.h.values + $0.c.values } }
}

/// Expects every element to agree within `relative` plus 1e-11.
func expectEqual(
  _ found: [Double], _ expected: [Double], relative: Double = 1e-12, _ what: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(found.count == expected.count, "\(what)", sourceLocation: sourceLocation)
  for (index, (a, b)) in zip(found, expected).enumerated() {
    let tolerance = relative * max(abs(a), abs(b)) + 1e-11
    #expect(abs(a - b) <= tolerance, "\(what)[\(index)]", sourceLocation: sourceLocation)
  }
}
