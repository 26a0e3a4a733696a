// The forward kernels of models with weights of 8 or 16 bits, for one instruction set. Symbolic links compile this file
// in several modules, like Kernels.swift; each module has one file, because functions of a module with several files
// become weak. The templates are those of float weights. With 8 bits the products are of integers, and nothing is fused.

#if arch(x86_64) && !CompactKernelsNEON || arch(arm64) && CompactKernelsNEON || !arch(x86_64) && !arch(arm64) && CompactKernelsPortable

internal import CPUIntrinsics
public import KernelTemplates
internal import RecurrentCells

#if CompactKernelsAVX512
private typealias Fused = SIMD16<Float>
#elseif CompactKernelsAVX2
private typealias Fused = SIMD8<Float>
#else
private typealias Fused = SIMD4<Float>
#endif
private typealias V = Unfused<Fused>

/// Replaces the kernels for float weights by those for one row and bfloat16 weights.
public func setBFloat16Kernels(_ set: inout KernelSet) {
  set.cell = makeFusedCell
  set.inputSums = inputSums
  set.bfloat16Multiply = bfloat16Multiply
}

/// Replaces the kernels for float weights by those for quantized weights.
///
/// - Parameter usesVNNI: Whether the CPU has AVX-512 VNNI; without effect in other modules.
// `inout` instead of a result: code that copies a set would be a weak function of this module, compiled for its CPU.
public func setQuantizedKernels(_ set: inout KernelSet, usesVNNI: Bool = false) {
  set.cell = makeCell
  set.inputSums = inputSums
  set.normalization.addNormalized = addNormalized
  set.normalization.lstmOutput = normalizedLSTMOutput
  set.connections.constant.forward = constantConnectionForward
  set.connections.highway.forward = highwayForward
  set.connections.gated.forward = gatedConnectionForward
  set.softmaxCrossEntropy = softmaxCrossEntropy
  set.softmax = softmax
  set.quantizedMultiply = quantizedMultiply
  #if CompactKernelsAVX512
  if usesVNNI {
    set.name += "vnni"
    set.quantizedMultiply = quantizedMultiplyVNNI
  }
  #endif
}

@inline(never) private func makeCell(_ cell: RecurrentCell) -> KernelSet.Cell { makeCell(V.self, cell) }
@inline(never) private func makeFusedCell(_ cell: RecurrentCell) -> KernelSet.Cell { makeCell(Fused.self, cell) }

/// Returns the kernels of a cell, which start from complete pre-activations.
@inline(__always) private func makeCell<V: FloatVector>(_: V.Type, _ cell: RecurrentCell) -> KernelSet.Cell {
  switch cell {
  case .lstm(.on, let peepholes): lstm(V.self, ForgetGate.self, peepholes: peepholes)
  case .lstm(.off, let peepholes): lstm(V.self, NoForgetGate.self, peepholes: peepholes)
  case .lstm(.coupled, let peepholes): lstm(V.self, CoupledForgetGate.self, peepholes: peepholes)
  case .gru(.before):
    .init(
      firstForwardOfSums: { gruResetBeforeForwardGates(V.self, $0) { _ in } },
      secondForwardOfSums: { gruResetBeforeForwardCandidate(V.self, $0) { _ in } })
  case .gru(.after): .init(forwardOfSums: { gruResetAfterForward(V.self, $0) { _ in } })
  case .mgu:
    .init(
      firstForwardOfSums: { mguForwardGate(V.self, $0) { _ in } },
      secondForwardOfSums: { mguForwardCandidate(V.self, $0) { _ in } })
  case .rnn(.tanh): .init(forwardOfSums: { rnnForward(V.self, Tanh.self, $0) { _ in } })
  case .rnn(.relu): .init(forwardOfSums: { rnnForward(V.self, ReLU.self, $0) { _ in } })
  }
}

@inline(__always) private func lstm<V: FloatVector, Form: LSTMForm>(
  _: V.Type, _: Form.Type, peepholes: Bool
) -> KernelSet.Cell {
  peepholes ? lstm(V.self, WithPeepholes<Form>.self) : lstm(V.self, Form.self)
}

@inline(__always) private func lstm<V: FloatVector, Form: LSTMForm>(_: V.Type, _: Form.Type) -> KernelSet.Cell {
  .init(
    forwardOfSums: { lstmForward(V.self, Form.self, $0, { _ in }) },
    normalizedForward: { lstmForward(V.self, Form.self, $0, { _ in }, normalizesState: true) })
}

/// Starts from the bias and the looked-up weights; the product with the input follows.
@inline(never) private func inputSums(step: CellStep, group: GateGroup) {
  KernelTemplates.inputSums(V.self, step, group) { fillWithStart(V.self, $0) }
}
@inline(never) private func addNormalized(step: CellStep, group: GateGroup, part: NormalizedSums) {
  KernelTemplates.addNormalized(V.self, step, group, part)
}
@inline(never) private func normalizedLSTMOutput(step: CellStep, state: NormalizedCellState) {
  KernelTemplates.normalizedLSTMOutput(V.self, step, state)
}
@inline(never) private func constantConnectionForward(step: ConnectionStep) {
  KernelTemplates.constantConnectionForward(V.self, step)
}
@inline(never) private func highwayForward(step: ConnectionStep) { KernelTemplates.highwayForward(V.self, step) }
@inline(never) private func gatedConnectionForward(step: ConnectionStep) {
  KernelTemplates.gatedConnectionForward(V.self, step)
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

// MARK: Products

@inline(never) private func bfloat16Multiply(
  left: BlockedRows, right: UnsafePointer<UInt16>, rightBlocks: Blocks, terms: Int, start: ProductStart,
  result: BlockedRows
) {
  KernelTemplates.bfloat16Multiply(
    left: left, right: right, rightBlocks: rightBlocks, terms: terms, start: start, result: result, multiplyRow)
}
@inline(never) private func multiplyRow(product: BlockProduct, right: UnsafePointer<UInt16>) {
  KernelTemplates.multiplyRow(Fused.self, BFloat16Weights.self, product, right)
}

#if CompactKernelsAVX512
@inline(never) private func quantizedMultiplyVNNI(
  rows: StepRows, left: BlockedRows, range: QuantizationRange, quantized: QuantizedRows, right: QuantizedWeights,
  start: ProductStart, result: BlockedRows
) {
  KernelTemplates.quantizedMultiply(
    VNNISums.self, rows: rows, left: left, range: range, quantized: quantized, right: right, start: start,
    result: result)
}

/// Sixteen sums, by AVX-512 VNNI.
private struct VNNISums: DotProductVector {
  var lanes: SIMD16<Int32>

  @_transparent init(_ lanes: SIMD16<Int32>) { self.lanes = lanes }
  @_transparent static var rowOffset: Int32 { 128 }
  @_transparent init(zero: Void) { self.init(SIMD16(repeating: 0)) }
  @_transparent init(at pointer: UnsafePointer<Int8>) {
    self.init(UnsafeRawPointer(pointer).loadUnaligned(as: SIMD16<Int32>.self))
  }
  @_transparent init(repeating pointer: UnsafePointer<Int8>) {
    self.init(SIMD16(repeating: UnsafeRawPointer(pointer).loadUnaligned(as: Int32.self)))
  }
  @_transparent func adding(row: Self, times weights: Self) -> Self {
    Self(add_dot_products_16(lanes, row.lanes, weights.lanes))
  }
  @_transparent func floats(minus offsets: UnsafePointer<Int32>) -> SIMD16<Float> {
    float_lanes_16(lanes &- UnsafeRawPointer(offsets).loadUnaligned(as: SIMD16<Int32>.self))
  }
}
#endif

#if CompactKernelsAVX512 || CompactKernelsAVX2
private typealias Sums = AVX2Sums

/// Eight sums. AVX-512 without VNNI has no better instructions.
private struct AVX2Sums: DotProductVector {
  var lanes: SIMD8<Int32>

  @_transparent init(_ lanes: SIMD8<Int32>) { self.lanes = lanes }
  @_transparent static var rowOffset: Int32 { 0 }
  @_transparent init(zero: Void) { self.init(SIMD8(repeating: 0)) }
  @_transparent init(at pointer: UnsafePointer<Int8>) {
    self.init(UnsafeRawPointer(pointer).loadUnaligned(as: SIMD8<Int32>.self))
  }
  @_transparent init(repeating pointer: UnsafePointer<Int8>) {
    self.init(SIMD8(repeating: UnsafeRawPointer(pointer).loadUnaligned(as: Int32.self)))
  }
  @_transparent func adding(row: Self, times weights: Self) -> Self {
    Self(add_dot_products_8(lanes, row.lanes, weights.lanes))
  }
  @_transparent func floats(minus offsets: UnsafePointer<Int32>) -> SIMD8<Float> { float_lanes_8(lanes) }
}
#else
private typealias Sums = BaselineSums

/// Four sums, by the instructions that every CPU of the architecture has.
private struct BaselineSums: DotProductVector {
  var lanes: SIMD4<Int32>

  @_transparent init(_ lanes: SIMD4<Int32>) { self.lanes = lanes }
  @_transparent static var rowOffset: Int32 { 0 }
  @_transparent init(zero: Void) { self.init(SIMD4(repeating: 0)) }
  @_transparent init(at pointer: UnsafePointer<Int8>) {
    self.init(UnsafeRawPointer(pointer).loadUnaligned(as: SIMD4<Int32>.self))
  }
  @_transparent init(repeating pointer: UnsafePointer<Int8>) {
    self.init(SIMD4(repeating: UnsafeRawPointer(pointer).loadUnaligned(as: Int32.self)))
  }
  @_transparent func adding(row: Self, times weights: Self) -> Self {
    Self(add_dot_products_4(lanes, row.lanes, weights.lanes))
  }
  @_transparent func floats(minus offsets: UnsafePointer<Int32>) -> SIMD4<Float> { float_lanes_4(lanes) }
}
#endif

@inline(never) private func quantizedMultiply(
  rows: StepRows, left: BlockedRows, range: QuantizationRange, quantized: QuantizedRows, right: QuantizedWeights,
  start: ProductStart, result: BlockedRows
) {
  KernelTemplates.quantizedMultiply(
    Sums.self, rows: rows, left: left, range: range, quantized: quantized, right: right, start: start,
    result: result)
}

#endif
