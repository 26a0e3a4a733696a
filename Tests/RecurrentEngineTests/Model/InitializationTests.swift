import Foundation
import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

@Suite struct InitializationTests {
  private func tensors(
    _ cell: RecurrentCell, hidden: Int, seed: UInt64 = 1, _ recurrent: RecurrentInitialization
  ) throws -> [String: [Float]] {
    let model = try LanguageModel(
      cell: cell, hiddenSize: hidden, layerCount: 2, vocabulary: makeVocabulary(count: 7),
      initialization: Initialization(seed: seed, recurrent: recurrent))
    return Dictionary(uniqueKeysWithValues: model.pyTorchTensors.map { ($0.name, $0.elements) })
  }

  /// Returns the recurrent weights of a layer, gate by gate.
  private func gates(_ tensors: [String: [Float]], layer: Int, hidden: Int) throws -> [[Float]] {
    let elements = try #require(tensors["rnn.weight_hh_l\(layer)"])
    let size = hidden * hidden
    return stride(from: 0, to: elements.count, by: size).map { Array(elements[$0..<$0 + size]) }
  }

  @Test(arguments: RecurrentCell.allCases, [1, 5, 24, 33])
  func orthogonalMatricesAreOrthogonal(cell: RecurrentCell, hidden: Int) throws {
    let tensors = try tensors(cell, hidden: hidden, .orthogonal)
    let matrices = try (0..<2).flatMap { try gates(tensors, layer: $0, hidden: hidden) }
    #expect(matrices.count == 2 * cell.description.pyTorchGateCount)
    for matrix in matrices {
      for (i, j) in (0..<hidden).flatMap({ i in (0...i).map { (i, $0) } }) {
        let product = (0..<hidden).reduce(0.0) {
          $0 + Double(matrix[i * hidden + $1]) * Double(matrix[j * hidden + $1])
        }
        #expect(abs(product - (i == j ? 1 : 0)) < 1e-6)
      }
    }
    // With one unit, the only orthogonal matrices are 1 and −1.
    if hidden > 1 { #expect(Set(matrices).count == matrices.count) }
  }

  /// Returns the index of g or ĥ in the file: o follows g.
  private static func candidate(of cell: RecurrentCell) -> Int {
    cell.description.pyTorchGateCount - (cell.kind == .lstm ? 2 : 1)
  }

  @Test(arguments: RecurrentCell.allCases)
  func theCandidateAloneIsTheIdentity(cell: RecurrentCell) throws {
    let hidden = 5
    let (found, uniform) = (try tensors(cell, hidden: hidden, .identity), try tensors(cell, hidden: hidden, .uniform))
    let identity = (0..<hidden * hidden).map { Float($0 % (hidden + 1) == 0 ? 1 : 0) }
    for layer in 0..<2 {
      var expected = try gates(uniform, layer: layer, hidden: hidden)
      expected[Self.candidate(of: cell)] = identity
      #expect(try gates(found, layer: layer, hidden: hidden) == expected)
    }
  }

  @Test(arguments: RecurrentCell.ForgetGate.allCases)
  func peepholesStartAtZero(forgetGate: RecurrentCell.ForgetGate) throws {
    let tensors = try tensors(.lstm(forgetGate: forgetGate, peepholes: true), hidden: 5, .uniform)
    let weights = try #require(tensors["rnn.weight_ch_l1"])
    #expect(weights == [Float](repeating: 0, count: forgetGate == .on ? 15 : 10))
  }

  @Test(arguments: RecurrentCell.allCases, RecurrentInitialization.allCases)
  func allOtherWeightsAreTheSame(cell: RecurrentCell, recurrent: RecurrentInitialization) throws {
    let uniform = try tensors(cell, hidden: 6, .uniform)
    let found = try tensors(cell, hidden: 6, recurrent)
    let changed = uniform.filter { $0.value != found[$0.key] }.map(\.key)
    #expect(changed.sorted() == (recurrent == .uniform ? [] : ["rnn.weight_hh_l0", "rnn.weight_hh_l1"]))
    #expect(try tensors(cell, hidden: 6, recurrent) == found)
    #expect(try tensors(cell, hidden: 6, seed: 2, recurrent) != found)
  }

  /// A connection does not change the initial values of other tensors; its gates initially pass on most of their input.
  @Test(arguments: RecurrentCell.allCases, [(Connection.highway, [Float(-2)]), (.gated, [-2, 2]), (.residual, [])])
  func gatesBetweenLayers(cell: RecurrentCell, start: (connection: Connection, biases: [Float])) throws {
    func tensors(_ connection: Connection) throws -> [String: [Float]] {
      let model = try LanguageModel(
        ModelConfiguration(cell: cell, vocabularySize: 7, hiddenSize: 6, layerCount: 3, connection: connection),
        vocabulary: makeVocabulary(count: 7), initialization: Initialization(seed: 1))
      return Dictionary(uniqueKeysWithValues: model.pyTorchTensors.map { ($0.name, $0.elements) })
    }
    let (plain, found) = (try tensors(.plain), try tensors(start.connection))
    #expect(plain.allSatisfy { found[$0.key] == $0.value })
    #expect(found.count == plain.count + (start.biases.isEmpty ? 0 : 4))
    for layer in [1, 2] where !start.biases.isEmpty {
      #expect(found["connection.bias_l\(layer)"] == start.biases.flatMap { [Float](repeating: $0, count: 6) })
      let weights = try #require(found["connection.weight_l\(layer)"])
      #expect(weights.count == start.biases.count * 36 && Set(weights).count == weights.count)
      #expect(weights.allSatisfy { abs($0) <= 1 / Float(6).squareRoot() })
    }
  }

  /// The uniform initialization is not written, and a missing member means uniform.
  @Test func uniformIsNotWritten() throws {
    for recurrent in RecurrentInitialization.allCases {
      let initialization = Initialization(seed: 3, recurrent: recurrent)
      let data = try JSONEncoder().encode(initialization)
      #expect(String(decoding: data, as: UTF8.self).contains("recurrent") == (recurrent != .uniform))
      #expect(try JSONDecoder().decode(Initialization.self, from: data) == initialization)
    }
  }
}
