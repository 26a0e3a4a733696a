import RecurrentCells
import Testing

@testable import ReferenceModel

/// Tests of ∂L/∂h and ∂L/∂c after every step of every layer against central differences, by changing the state.
struct StateGradientTests {
  private static let characters = [0, 3, 3, 1, 4]
  private static let target = 2

  @Test(arguments: RecurrentCell.allCases, [false, true])
  func statesReachTheLoss(cell: RecurrentCell, isNormalized: Bool) {
    check(cell.cellType(isNormalized: isNormalized))
  }

  private func check<Cell: ReferenceCell>(_: Cell.Type) {
    var numbers = Numbers(seed: 3)
    var model = ReferenceLanguageModel<Cell>(ReferenceShape(vocabularySize: 5, hiddenSize: 4, layerCount: 2))
    model.parameters = model.parameters.map { tensor in
      var tensor = tensor
      tensor.values = numbers.vector(tensor.values.count).values
      return tensor
    }
    let states = model.layers.map { numbers.state(like: $0.zeroState) }
    let chunk = Chunk(
      inputs: Self.characters.map { [$0] }, targets: Self.characters.indices.map { $0 == 4 ? [Self.target] : [nil] })
    let found = model.gradients(of: chunk, from: states.map { [$0] }).states

    #expect(found.count == Self.characters.count)
    for step in found.indices {
      for layer in 0..<2 {
        for isCell in states[layer].c.count > 0 ? [false, true] : [false] {
          let numerical = (0..<4).map { unit in
            func run(_ offset: Double) -> (loss: Double, state: Double) {
              self.run(model, from: states, Move(step: step, layer: layer, isCell: isCell, unit: unit, offset: offset))
            }
            // For c, the change is made to c′ of the unit, which affects the loss through c alone.
            return slope(step: 1e-4) { run($0).loss } / slope(step: 1e-4) { run($0).state }
          }
          let place = "\(Cell.self), step \(step), layer \(layer), \(isCell ? "c" : "h")"
          let state = found[step][layer][0]
          #expect((isCell ? state.c : state.h).count == 4)
          if step < 4 || layer == 1 { #expect(numerical.contains { abs($0) > 1e-6 }, "\(place) has no influence") }
          expectEqual((isCell ? state.c : state.h).values, numerical, relative: 1e-5, place)
        }
      }
    }
  }

  private struct Move {
    var step: Int
    var layer: Int
    var isCell: Bool
    var unit: Int
    var offset: Double
  }

  /// Returns the loss at the last step with a changed h or c′, and the changed number.
  private func run<Cell>(
    _ model: ReferenceLanguageModel<Cell>, from initial: [CellState], _ move: Move
  ) -> (loss: Double, state: Double) {
    var states = initial
    var output = Vector([])
    var state = 0.0
    for (step, character) in Self.characters.enumerated() {
      var x = CellInput.character(character)
      for (layer, cell) in model.layers.enumerated() {
        let isHere = step == move.step && layer == move.layer
        if isHere, move.isCell { states[layer].c.values[move.unit] += move.offset }
        states[layer] = cell.forward(x, states[layer]).state
        if isHere, !move.isCell { states[layer].h.values[move.unit] += move.offset }
        if isHere { state = (move.isCell ? states[layer].c : states[layer].h)[move.unit] }
        output = states[layer].h
        x = .vector(output)
      }
    }
    let logits = output * model.outputWeights + model.outputBias
    return (crossEntropy(logits, target: Self.target, smoothing: 0), state)
  }
}
