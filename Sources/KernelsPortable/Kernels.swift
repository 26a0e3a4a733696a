// The kernels for one instruction set. Symbolic links compile this file in each of the kernel modules, with the `-march`
// of the module; only the vector width differs. A new cell is one more case here.
//
// Every entry point is a separate private function that is never inlined elsewhere, so that no instruction of a newer
// CPU can end up in code that an older one runs.

// Modules of other architectures are empty. On arm64, the instructions of NEON are the baseline, and need no other set.
#if arch(x86_64) && !KernelsNEON || arch(arm64) && KernelsNEON || !arch(x86_64) && !arch(arm64) && KernelsPortable

public import KernelTemplates
internal import RecurrentCells

#if KernelsAVX512
private typealias V = SIMD16<Float>
private let setName = "avx512"
#elseif KernelsAVX2
private typealias V = SIMD8<Float>
private let setName = "avx2"
#elseif KernelsNEON
private typealias V = SIMD4<Float>
private let setName = "neon"
#else
private typealias V = SIMD4<Float>
private let setName = "portable"
#endif

#if KernelsNEON
// Wide cores have four pipes with a latency of four cycles.
private typealias RoofChains = Constant<24>
#else
private typealias RoofChains = Constant<12>
#endif

public func makeKernelSet() -> KernelSet {
  KernelSet(
    name: setName, lanes: V.lanes,
    cell: makeCell,
    normalization: .init(
      startFromBias: startFromBias, addNormalized: addNormalized, gradients: normalizationGradients,
      lstmOutput: normalizedLSTMOutput, lstmOutputGradients: normalizedLSTMOutputGradients),
    connections: .init(
      constant: .init(forward: constantConnectionForward, backward: constantConnectionBackward),
      highway: .init(forward: highwayForward, backward: highwayBackward),
      gated: .init(forward: gatedConnectionForward, backward: gatedConnectionBackward)),
    inputSums: inputSums, multiply: multiply, weightGradients: weightGradients, addRowGradients: addRowGradients,
    lookUpEmbeddings: lookUpEmbeddings, addEmbeddingGradients: addEmbeddingGradients,
    packTransposed: packTransposed, softmaxCrossEntropy: softmaxCrossEntropy, softmax: softmax,
    dropOut: dropOut, addTemporalPenalty: addTemporalPenalty, adam: adam, rmsProp: rmsProp, sgd: sgd,
    sumOfSquares: sumOfSquares, exponential: exponential,
    sigmoid: sigmoid, sigmoidOfTwo: sigmoidOfTwo, hyperbolicTangent: hyperbolicTangent,
    squareRoot: squareRoot,
    multiplyAddsInRegisters: multiplyAddsInRegisters, multiplyAddChains: RoofChains.integer, sum: sum)
}

// With layer normalization a cell starts from complete pre-activations, without a product.
@inline(never) private func makeCell(_ cell: RecurrentCell) -> KernelSet.Cell {
  switch cell {
  case .lstm(.on, let peepholes): lstm(ForgetGate.self, peepholes: peepholes)
  case .lstm(.off, let peepholes): lstm(NoForgetGate.self, peepholes: peepholes)
  case .lstm(.coupled, let peepholes): lstm(CoupledForgetGate.self, peepholes: peepholes)
  case .gru(.before):
    .init(
      firstForward: { gruResetBeforeForwardGates(V.self, $0, multiplyBlock) },
      secondForward: { gruResetBeforeForwardCandidate(V.self, $0, multiplyBlock) },
      secondBackward: { gruResetBeforeBackwardCandidate(V.self, $0) },
      firstBackward: { gruResetBeforeBackwardGates(V.self, $0) },
      firstNormalizedForward: { gruResetBeforeForwardGates(V.self, $0) { _ in } },
      secondNormalizedForward: { gruResetBeforeForwardCandidate(V.self, $0) { _ in } })
  case .gru(.after):
    .init(
      forward: { gruResetAfterForward(V.self, $0, multiplyBlock) },
      backward: { gruResetAfterBackward(V.self, $0) },
      normalizedForward: { gruResetAfterForward(V.self, $0) { _ in } },
      normalizedBackward: { gruResetAfterBackward(V.self, $0) })
  case .mgu:
    .init(
      firstForward: { mguForwardGate(V.self, $0, multiplyBlock) },
      secondForward: { mguForwardCandidate(V.self, $0, multiplyBlock) },
      secondBackward: { mguBackwardCandidate(V.self, $0) },
      firstBackward: { mguBackwardGate(V.self, $0) },
      firstNormalizedForward: { mguForwardGate(V.self, $0) { _ in } },
      secondNormalizedForward: { mguForwardCandidate(V.self, $0) { _ in } })
  case .rnn(.tanh): rnn(Tanh.self)
  case .rnn(.relu): rnn(ReLU.self)
  }
}

/// Returns the kernels of the LSTM with one kind of forget gate.
@inline(__always) private func lstm<Form: LSTMForm>(_: Form.Type, peepholes: Bool) -> KernelSet.Cell {
  peepholes ? lstm(WithPeepholes<Form>.self) : lstm(Form.self)
}

/// Returns the kernels of one form of the LSTM.
@inline(__always) private func lstm<Form: LSTMForm>(_: Form.Type) -> KernelSet.Cell {
  .init(
    forward: { lstmForward(V.self, Form.self, $0, multiplyBlock) },
    backward: { lstmBackward(V.self, Form.self, $0) },
    normalizedForward: { lstmForward(V.self, Form.self, $0, { _ in }, normalizesState: true) },
    normalizedBackward: { lstmBackward(V.self, Form.self, $0, normalizesState: true) })
}

/// Returns the kernels of the plain RNN with one activation.
@inline(__always) private func rnn<Function: Activation>(_: Function.Type) -> KernelSet.Cell {
  .init(
    forward: { rnnForward(V.self, Function.self, $0, multiplyBlock) },
    backward: { rnnBackward(V.self, Function.self, $0) },
    normalizedForward: { rnnForward(V.self, Function.self, $0) { _ in } },
    normalizedBackward: { rnnBackward(V.self, Function.self, $0) })
}

@inline(never) private func startFromBias(step: CellStep, group: GateGroup) {
  KernelTemplates.startFromBias(V.self, step, group)
}
@inline(never) private func addNormalized(step: CellStep, group: GateGroup, part: NormalizedSums) {
  KernelTemplates.addNormalized(V.self, step, group, part)
}
@inline(never) private func normalizationGradients(step: CellStep, group: GateGroup, part: NormalizedSums) {
  KernelTemplates.normalizationGradients(V.self, step, group, part)
}
@inline(never) private func normalizedLSTMOutput(step: CellStep, state: NormalizedCellState) {
  KernelTemplates.normalizedLSTMOutput(V.self, step, state)
}
@inline(never) private func normalizedLSTMOutputGradients(step: CellStep, state: NormalizedCellState) {
  KernelTemplates.normalizedLSTMOutputGradients(V.self, step, state)
}

@inline(never) private func constantConnectionForward(step: ConnectionStep) {
  KernelTemplates.constantConnectionForward(V.self, step)
}
@inline(never) private func constantConnectionBackward(step: ConnectionStep) {
  KernelTemplates.constantConnectionBackward(V.self, step)
}
@inline(never) private func highwayForward(step: ConnectionStep) { KernelTemplates.highwayForward(V.self, step) }
@inline(never) private func highwayBackward(step: ConnectionStep) { KernelTemplates.highwayBackward(V.self, step) }
@inline(never) private func gatedConnectionForward(step: ConnectionStep) {
  KernelTemplates.gatedConnectionForward(V.self, step)
}
@inline(never) private func gatedConnectionBackward(step: ConnectionStep) {
  KernelTemplates.gatedConnectionBackward(V.self, step)
}

@inline(never) private func multiplyBlock(_ product: BlockProduct) {
  if product.isOneRow { multiplyRow(product) } else { multiplyRows(product) }
}
@inline(never) private func multiplyRow(_ product: BlockProduct) { KernelTemplates.multiplyRow(V.self, product) }
@inline(never) private func multiplyRows(_ product: BlockProduct) { KernelTemplates.multiplyBlock(V.self, product) }
@inline(never) private func inputSums(step: CellStep, group: GateGroup) {
  KernelTemplates.inputSums(V.self, step, group, multiplyBlock)
}
@inline(never) private func multiply(
  rows: StepRows, left: BlockedRows, right: FloatPointer, rightBlocks: Blocks, terms: Int, start: ProductStart,
  result: BlockedRows
) {
  KernelTemplates.multiply(
    multiplyBlock, rows: rows, left: left, right: right, rightBlocks: rightBlocks, terms: terms, start: start,
    result: result)
}
@inline(never) private func weightGradients(
  rows: StepRows, firstRow: Int, start: ProductStart, inputs: FloatPointer, inputStride: Int,
  gateGradients: BlockedRows, gradientBlocks: Blocks, block: Int, inputRange: Range<Int>, inputCount: Int,
  gradient: MutableFloatPointer, upcoming: Upcoming
) {
  KernelTemplates.weightGradients(
    multiplyBlock, rows: rows, firstRow: firstRow, start: start, inputs: inputs, inputStride: inputStride,
    gateGradients: gateGradients, gradientBlocks: gradientBlocks, block: block, inputRange: inputRange,
    inputCount: inputCount, gradient: gradient, upcoming: upcoming)
}
@inline(never) private func addRowGradients(
  rows: Range<Int>, characters: UnsafePointer<Int32>, gateGradients: BlockedRows, gradientBlocks: Blocks, block: Int,
  characterCount: Int, factors: FloatPointer?, gradient: MutableFloatPointer
) {
  KernelTemplates.addRowGradients(
    V.self, rows: rows, characters: characters, gateGradients: gateGradients, gradientBlocks: gradientBlocks,
    block: block, characterCount: characterCount, factors: factors, gradient: gradient)
}
@inline(never) private func lookUpEmbeddings(
  rows: Range<Int>, characters: UnsafePointer<Int32>, table: FloatPointer, tableBlocks: Blocks, terms: Int,
  result: MutableFloatPointer, rowStride: Int
) {
  KernelTemplates.lookUpEmbeddings(
    rows: rows, characters: characters, table: table, tableBlocks: tableBlocks, terms: terms, result: result,
    rowStride: rowStride)
}
@inline(never) private func addEmbeddingGradients(
  rows: Range<Int>, characters: UnsafePointer<Int32>, gradients: FloatPointer, rowStride: Int, termRange: Range<Int>,
  table: MutableFloatPointer, tableBlocks: Blocks, terms: Int
) {
  KernelTemplates.addEmbeddingGradients(
    rows: rows, characters: characters, gradients: gradients, rowStride: rowStride, termRange: termRange, table: table,
    tableBlocks: tableBlocks, terms: terms)
}
@inline(never) private func packTransposed(
  weights: FloatPointer, blocks: Blocks, rowCount: Int, firstRow: Int, transposedBlocks: Blocks, block: Int,
  transposed: MutableFloatPointer
) {
  KernelTemplates.packTransposed(
    weights: weights, blocks: blocks, rowCount: rowCount, firstRow: firstRow, transposedBlocks: transposedBlocks,
    block: block, transposed: transposed)
}
@inline(never) private func softmaxCrossEntropy(
  rows: Int, logits: BlockedRows, vocabularySize: Int, targets: UnsafePointer<Int32>, scale: Float,
  smoothing: Float, losses: MutableFloatPointer, wantsGradient: Bool
) {
  KernelTemplates.softmaxCrossEntropy(
    V.self, rows: rows, logits: logits, vocabularySize: vocabularySize, targets: targets, scale: scale,
    smoothing: smoothing, losses: losses, wantsGradient: wantsGradient)
}
@inline(never) private func softmax(logits: BlockedRows, row: Int, count: Int, inverseTemperature: Float) {
  KernelTemplates.softmax(V.self, logits: logits, row: row, count: count, inverseTemperature: inverseTemperature)
}
@inline(never) private func dropOut(
  mask: RandomMask, firstRow: UInt64, rows: Int, first: Int, count: Int, x: FloatPointer, stride: Int,
  result: MutableFloatPointer
) {
  KernelTemplates.dropOut(
    V.self, mask, firstRow: firstRow, rows: rows, first: first, count: count, x, stride: stride, result)
}
@inline(never) private func addTemporalPenalty(
  count: Int, h: FloatPointer, previous: FloatPointer, factor: Float, next: FloatPointer, nextFactor: Float,
  gradient: MutableFloatPointer
) {
  KernelTemplates.addTemporalPenalty(
    V.self, count: count, h, previous: previous, factor: factor, next: next, nextFactor: nextFactor, gradient)
}
@inline(never) private func adam(
  step: AdamStep, count: Int, parameters: MutableFloatPointer, gradients: FloatPointer, gradientScale: Float,
  firstMoment: MutableFloatPointer, secondMoment: MutableFloatPointer
) {
  KernelTemplates.adam(
    V.self, step, count: count, parameters: parameters, gradients: gradients, gradientScale: gradientScale,
    firstMoment: firstMoment, secondMoment: secondMoment)
}
@inline(never) private func rmsProp(
  rate: Float, decay: Double, epsilon: Float, count: Int, parameters: MutableFloatPointer, gradients: FloatPointer,
  gradientScale: Float, secondMoment: MutableFloatPointer
) {
  KernelTemplates.rmsProp(
    V.self, rate: rate, decay: decay, epsilon: epsilon, count: count, parameters: parameters, gradients: gradients,
    gradientScale: gradientScale, secondMoment: secondMoment)
}
@inline(never) private func sgd(
  rate: Float, momentum: Float, count: Int, parameters: MutableFloatPointer, gradients: FloatPointer,
  gradientScale: Float, velocity: MutableFloatPointer
) {
  KernelTemplates.sgd(
    V.self, rate: rate, momentum: momentum, count: count, parameters: parameters, gradients: gradients,
    gradientScale: gradientScale, velocity: velocity)
}
@inline(never) private func sumOfSquares(x: FloatPointer, count: Int) -> Float {
  KernelTemplates.sumOfSquares(V.self, x, count: count)
}
@inline(never) private func multiplyAddsInRegisters(repetitions: Int) -> Float {
  KernelTemplates.multiplyAddsInRegisters(V.self, RoofChains.self, repetitions: repetitions)
}
@inline(never) private func sum(x: FloatPointer, count: Int) -> Float {
  KernelTemplates.sum(V.self, x, count: count)
}

@inline(never) private func exponential(x: FloatPointer, count: Int, result: MutableFloatPointer) {
  map(x, count: count, result) { KernelTemplates.exponential($0) }
}
@inline(never) private func sigmoid(x: FloatPointer, count: Int, result: MutableFloatPointer) {
  map(x, count: count, result) { KernelTemplates.sigmoid($0) }
}
@inline(never) private func sigmoidOfTwo(x: FloatPointer, count: Int, result: MutableFloatPointer) {
  map(x, count: count, result) { KernelTemplates.sigmoids($0, V(repeating: 0) - $0).0 }
}
@inline(never) private func hyperbolicTangent(x: FloatPointer, count: Int, result: MutableFloatPointer) {
  map(x, count: count, result) { KernelTemplates.hyperbolicTangent($0) }
}
@inline(never) private func squareRoot(x: FloatPointer, count: Int, result: MutableFloatPointer) {
  map(x, count: count, result) { KernelTemplates.squareRoot($0) }
}
@inline(__always) private func map(
  _ x: FloatPointer, count: Int, _ result: MutableFloatPointer, _ function: (V) -> V
) {
  var i = 0
  while i < count {
    function(V(at: x + i)).store(result + i)
    i &+= V.lanes
  }
}

#endif
