import KernelTemplates
import Testing

@testable import RecurrentModel

private let isDebugBuild: Bool = {
  #if DEBUG
  true
  #else
  false
  #endif
}()

@Suite(.enabled(if: isDebugBuild, "release builds do not check bounds"))
struct BufferBoundsTests {
  @Test func wrongIndexTraps() async {
    let above = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      FloatBuffer(count: 4)[4] = 1
    }
    expect(above, "index 4 is out of bounds 0..<4")
    let below = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let buffer = FloatBuffer(count: 4)
      buffer[0] = buffer[2..<4][-1]
    }
    expect(below, "index -1 is out of bounds 0..<2")
  }

  @Test func wrongRangeTraps() async {
    let slice = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      FloatBuffer(count: 4)[3..<5].fill(with: 1)
    }
    expect(slice, "3..<5 is out of bounds 0..<4")
    let copy = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      FloatBuffer(count: 4).copy(from: FloatBuffer(count: 5))
    }
    expect(copy, "5 elements are copied to 4")
  }

  @Test func tooLargeOperandTraps() async {
    let rows = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let buffer = FloatBuffer(count: 3 * 16)
      _ = BlockedRows(rowMajor: buffer.view[16...], rows: 2, columns: 9, rowStride: 16)
      _ = BlockedRows(oneBlock: buffer.view[16...], rows: 3, columns: 9, rowStride: 16)
    }
    expect(rows, "0..<48 is out of bounds 0..<32")
    let gates = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let blocks = Blocks(units: 20, gates: 4)
      let buffer = FloatBuffer(count: blocks.size(rows: 6))
      _ = BlockedRows(buffer.view, blocks, rows: 2..<6, of: 6, gates: 1..<4)
      _ = BlockedRows(buffer.view, blocks, rows: 2..<7, of: 6, gates: 1..<4)
    }
    expect(gates, "rows 2..<7 are out of bounds 0..<6")
    let weights = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let blocks = Blocks(units: 20, gates: 4)
      let matrix = ParameterLayout.Matrix(offset: 0, rowCount: 3, blocks: blocks)
      _ = matrix.packed(in: FloatBuffer(count: matrix.size))
      _ = matrix.packed(in: FloatBuffer(count: matrix.size - 1))
    }
    expect(weights, "0..<384 is out of bounds 0..<383")
  }

  @Test func unknownTokenTraps() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let configuration = ModelConfiguration(cell: .lstm(), vocabularySize: 5, hiddenSize: 4, layerCount: 1)
      let workspace = Workspace(configuration, batchSize: 2, stepCapacity: 1, purpose: .inference)
      workspace.load(inputs: [0, 4], targets: [-1, 4])
      workspace.load(inputs: [0, 5])
    }
    expect(result, "an input is no token ID below 5")
  }

  private func expect(
    _ result: ExitTest.Result?, _ message: String, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(text.contains(message), sourceLocation: sourceLocation)
  }
}
