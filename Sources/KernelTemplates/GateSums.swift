// The pre-activations x W + h′ U + b of all gates. The terms x W and b do not depend on h′ and are computed for several
// steps at a time, so that W is read once for all of them.

/// Computes x W + b in the gate array, for all rows of all steps of `step`. If x is a character, x W is a row of W,
/// looked up instead of multiplied.
@inlinable @inline(__always)
public func inputSums<V: FloatVector>(
  _: V.Type, _ step: CellStep, _ group: GateGroup, _ multiplyBlock: BlockKernel
) {
  var block = group.blockRange.lowerBound
  while block < group.blockRange.upperBound {
    let inputWidth = group.inputBlocks.width(of: block)
    let weights = group.inputWeights + group.inputBlocks.offset(of: block, rows: step.inputSize)
    let bias = group.bias + group.blocks.offset(of: block, rows: 1)
    let sums = group.gates + group.offset(of: block, row: step.gateRow)
    if let characters = step.characters, let factors = step.characterFactors {
      step.fill(V.self, sums, width: inputWidth, rowStride: group.blocks.width(of: block)) { row, i in
        let weights = V(at: weights + Int(truncatingIfNeeded: characters[row]) &* inputWidth + i)
        return V(at: bias + i).adding(weights, times: V(repeating: factors[row]))
      }
    } else if let characters = step.characters {
      step.fill(V.self, sums, width: inputWidth, rowStride: group.blocks.width(of: block)) { row, i in
        V(at: bias + i) + V(at: weights + Int(truncatingIfNeeded: characters[row]) &* inputWidth + i)
      }
    } else {
      multiplyBlock(
        BlockProduct(
          rows: step.allRows, columns: inputWidth / columnWidth, start: .bias(bias),
          left: BlockedRows(oneBlock: step.input, columns: step.inputSize, rowStride: step.inputStride),
          right: weights, rightStride: inputWidth, result: sums, resultStride: group.blocks.width(of: block)))
    }
    // Gates without input weights still have a bias.
    let rest = group.blocks.width(of: block) &- inputWidth
    step.fill(V.self, sums + inputWidth, width: rest, rowStride: group.blocks.width(of: block)) { _, i in
      V(at: bias + inputWidth + i)
    }
    block &+= 1
  }
}

extension CellStep {
  @inlinable @inline(__always)
  public var allRows: StepRows { StepRows(rows, steps: stepCount, distance: batchSize) }

  /// Sets `width` floats of every row of all steps.
  @inlinable @inline(__always)
  func fill<V: FloatVector>(
    _: V.Type, _ destination: MutableFloatPointer, width: Int, rowStride: Int, _ value: (_ row: Int, _ i: Int) -> V
  ) {
    var t = 0
    while t < stepCount {
      var row = t &* batchSize
      let end = row &+ rows
      while row < end {
        var i = 0
        while i < width {
          value(row, i).store(destination + row &* rowStride + i)
          i &+= V.lanes
        }
        row &+= 1
      }
      t &+= 1
    }
  }

  /// Adds h′ U to the pre-activations of one block, for the rows of the first step. `factor` is h′ or r ∘ h′.
  @inlinable @inline(__always)
  func addRecurrentProduct(_ group: GateGroup, factor: FloatPointer, block: Int, _ multiplyBlock: BlockKernel) {
    let width = group.recurrentBlocks.width(of: block)
    let firstGate = group.firstRecurrentGate &* group.blocks.unitColumns(of: block) &* columnWidth
    multiplyBlock(
      BlockProduct(
        rows: StepRows(rows), columns: width / columnWidth, start: .result,
        left: BlockedRows(oneBlock: factor, columns: hiddenSize, rowStride: stateStride),
        right: group.recurrentWeights + group.recurrentBlocks.offset(of: block, rows: hiddenSize), rightStride: width,
        result: group.gates + group.offset(of: block, row: gateRow) + firstGate,
        resultStride: group.blocks.width(of: block)))
  }
}
