/// The gates of a cell that one kernel computes together, with their weights and biases.
public struct GateGroup: @unchecked Sendable {
  /// The partition of the activations of these gates into blocks, and of their weights.
  public var blocks: Blocks
  /// The blocks that a forward step computes: all of them, or one thread's part.
  public var blockRange: Range<Int>
  public var bias: FloatPointer  // (block, gate, unit)
  public var inputWeights: FloatPointer  // (block, input, gate, unit)
  public var inputBlocks: Blocks
  public var recurrentWeights: FloatPointer  // (block, hidden, gate, unit)
  public var recurrentBlocks: Blocks
  /// Index of the first gate with recurrent weights; the gates with input weights come first.
  public var firstRecurrentGate: Int
  /// The pre-activations, then the gates, then the gradients of the pre-activations. (block, step and row, gate, unit)
  public var gates: MutableFloatPointer
  /// Number of rows of `gates` over all steps.
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

  /// Returns the offset in `gates` of one row of a block.
  @inlinable @inline(__always)
  func offset(of block: Int, row: Int) -> Int {
    blocks.offset(of: block, rows: gateRows) &+ row &* blocks.width(of: block)
  }
}

/// One time step of one layer for some rows of the batch: everything that a cell's kernels read and write.
///
/// The products with the input are computed for this step and the following ones together; see ``inputSums(_:_:_:_:)``.
///
/// All state is row-major, (row, unit), with rows `stateStride` floats apart; units beyond the hidden size are zero.
public struct CellStep: @unchecked Sendable {
  /// Number of batch rows that this call computes.
  public var rows: Int
  /// Distance in rows between consecutive steps, in all arrays.
  public var batchSize: Int
  /// Number of steps whose input products are computed together.
  public var stepCount = 1
  public var hiddenSize: Int
  /// Size of the layer's input, or the number of its weight rows if `characters` is set.
  public var inputSize: Int
  /// Distance in floats between rows of the input.
  public var inputStride: Int
  public var stateStride: Int
  /// The row of the gate arrays that holds this step's first row.
  public var gateRow = 0

  /// The character IDs that layer 0 reads, one per row; x W is then a row of W. Nil in the layers above.
  public var characters: UnsafePointer<Int32>?
  /// Factors of these rows of W, one per batch row; nil for 1.
  public var characterFactors: FloatPointer?
  /// The output of the layer below, or the embeddings of characters.
  public var input: FloatPointer

  public var previousHidden: FloatPointer  // h′
  public var hidden: MutableFloatPointer  // h
  public var previousCell: FloatPointer  // c′, in cells with a cell state
  public var cell: MutableFloatPointer  // c
  /// The peephole weights of an LSTM that has them.
  public var peepholes: Peepholes
  /// r ∘ h′, of cells in which a gate r of the first group scales h′ before the product of the second.
  public var resetHidden: MutableFloatPointer

  /// ∂L/∂h from the layer above or the output.
  public var outputGradient: FloatPointer
  /// In: ∂L/∂h from the following step. Out: the part of ∂L/∂h′ that bypasses the gates, in cells that have one.
  public var hiddenGradient: MutableFloatPointer
  /// In: ∂L/∂c from the following step. Out: ∂L/∂c′.
  public var cellGradient: MutableFloatPointer
  /// ∂L/∂(r ∘ h′)
  public var resetHiddenGradient: MutableFloatPointer

  public var firstGroup: GateGroup
  /// The gates that depend on the first group's result; equal to the first group in cells with one group.
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
