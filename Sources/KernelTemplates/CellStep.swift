/// The gates of a cell that one kernel computes together, with what belongs to them.
public struct GateGroup: @unchecked Sendable {
  /// How the activations of these gates are cut into blocks, and how their weights are.
  public var blocks: Blocks
  /// The blocks that a forward step computes: all, or one thread's part of them.
  public var blockRange: Range<Int>
  public var bias: FloatPointer  // (block, gate, unit)
  public var inputWeights: FloatPointer  // (block, input, gate, unit)
  public var inputBlocks: Blocks
  public var recurrentWeights: FloatPointer  // (block, hidden, gate, unit)
  public var recurrentBlocks: Blocks
  /// The gates with input weights are the first; those with recurrent weights begin here.
  public var firstRecurrentGate: Int
  /// The gates when they have been computed; their gradients when those have. (block, step and row, gate, unit)
  public var gates: MutableFloatPointer
  /// Rows of `gates` in all steps together.
  public var gateRows: Int

  public init(
    blocks: Blocks, bias: FloatPointer, inputWeights: FloatPointer, inputBlocks: Blocks,
    recurrentWeights: FloatPointer, recurrentBlocks: Blocks, firstRecurrentGate: Int, gates: MutableFloatPointer,
    gateRows: Int
  ) {
    self.blocks = blocks
    blockRange = 0..<blocks.count
    self.bias = bias
    self.inputWeights = inputWeights
    self.inputBlocks = inputBlocks
    self.recurrentWeights = recurrentWeights
    self.recurrentBlocks = recurrentBlocks
    self.firstRecurrentGate = firstRecurrentGate
    self.gates = gates
    self.gateRows = gateRows
  }

  /// Where a row of the gates of one block stands.
  @inlinable @inline(__always)
  func offset(of block: Int, row: Int) -> Int {
    blocks.offset(of: block, rows: gateRows) &+ row &* blocks.width(of: block)
  }
}

/// One time step of one layer for some rows of the batch: everything that a cell's kernels read and write.
///
/// Sums over inputs are computed for several steps at a time, this one and those after it; see ``inputSums(_:_:_:_:)``.
///
/// All state is row-major, (row, unit), with rows `stateStride` floats apart; units beyond the hidden size are zero.
public struct CellStep: @unchecked Sendable {
  /// Rows of the batch that this call computes.
  public var rows: Int
  /// Rows from step to step, in all arrays.
  public var batchSize: Int
  /// Steps of which sums over inputs are computed.
  public var stepCount = 1
  public var hiddenSize: Int
  /// Length of the layer's input, or the rows of its weights where `characters` is set.
  public var inputSize: Int
  /// Floats from row to row of the input.
  public var inputStride: Int
  public var stateStride: Int
  /// The row of the gate arrays in which this step's first row is.
  public var gateRow = 0

  /// The characters that layer 0 reads, one a row; x W is then a row of W. Nil in the layers above.
  public var characters: UnsafePointer<Int32>?
  /// What these rows of W are multiplied with, one a row; nil for 1.
  public var characterFactors: FloatPointer?
  /// The output of the layer below, or the embeddings of characters.
  public var input: FloatPointer

  public var previousHidden: FloatPointer  // h′
  public var hidden: MutableFloatPointer  // h
  public var previousCell: FloatPointer  // c′, of cells that have a cell state
  public var cell: MutableFloatPointer  // c
  /// Of an LSTM that has them.
  public var peepholes: Peepholes
  /// r ∘ h′, of cells in which a gate r of the first group scales h′ before the product of the second.
  public var resetHidden: MutableFloatPointer

  /// ∂L/∂h from the layer above or the output.
  public var outputGradient: FloatPointer
  /// In: ∂L/∂h from the step after. Out: the part of ∂L/∂h′ that comes past the gates, in cells that have one.
  public var hiddenGradient: MutableFloatPointer
  /// In: ∂L/∂c from the step after. Out: ∂L/∂c′.
  public var cellGradient: MutableFloatPointer
  /// ∂L/∂(r ∘ h′)
  public var resetHiddenGradient: MutableFloatPointer

  public var firstGroup: GateGroup
  /// The gates that need the result of the first group; equal to it in cells with one group.
  public var secondGroup: GateGroup

  public init(
    rows: Int, batchSize: Int, hiddenSize: Int, inputSize: Int, inputStride: Int, stateStride: Int,
    input: FloatPointer, state: MutableFloatPointer, firstGroup: GateGroup, secondGroup: GateGroup
  ) {
    self.rows = rows
    self.batchSize = batchSize
    self.hiddenSize = hiddenSize
    self.inputSize = inputSize
    self.inputStride = inputStride
    self.stateStride = stateStride
    self.input = input
    previousHidden = FloatPointer(state)
    hidden = state
    previousCell = FloatPointer(state)
    cell = state
    let unused = Peephole(weights: FloatPointer(state), gradient: state)
    peepholes = Peepholes(input: unused, forget: unused, output: unused)
    resetHidden = state
    outputGradient = FloatPointer(state)
    hiddenGradient = state
    cellGradient = state
    resetHiddenGradient = state
    self.firstGroup = firstGroup
    self.secondGroup = secondGroup
  }
}
