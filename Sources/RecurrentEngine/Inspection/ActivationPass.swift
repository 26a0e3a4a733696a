internal import KernelTemplates

/// A quantity that each unit of a layer has at each time step.
public enum UnitActivation: Hashable, Sendable {
  /// A gate, for cells that have it; see ``RecurrentCell/gates``.
  case gate(GateRole)
  /// The cell state c, for cells that have one.
  case cell
  /// The hidden state h.
  case hidden

  /// The short name: `input`, `forget` and so on, `c` or `h`.
  public var name: String {
    switch self {
    case .gate(let role): role.rawValue
    case .cell: "c"
    case .hidden: "h"
    }
  }
}

extension RecurrentCell {
  /// The observable quantities of each unit: the gates, then c if the cell has one, then h.
  public var activations: [UnitActivation] {
    gates.map(UnitActivation.gate) + (description.hasCellState ? [.cell] : []) + [.hidden]
  }
}

/// A single pass over the beginning of a text that exposes all gate activations and states.
///
/// The values after each character of ``characters`` are available until the next call of ``next()``.
public final class ActivationPass {
  /// The indices of the characters in the last chunk.
  public private(set) var characters = 0..<0
  /// The total number of characters to read.
  public let characterCount: Int

  private let model: LanguageModel
  private let reader: CharacterReader
  /// The end mark if each record is a separate sequence; nil otherwise.
  private let endMark: Int32?
  private let workspace: Workspace
  /// The token IDs of the last chunk, and of the next character if there is one.
  private var ids: [Int32] = []
  private var costs: [Float?] = []
  /// The cross-entropy of the character after the last chunk.
  private var nextCost: Float?
  /// The number of steps in the workspace after the initial state.
  private var stepCount = 0

  private static let chunkLength = 64

  /// Creates a pass that starts before the first character, in the same state as scoring.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - corpus: A text with the model's vocabulary.
  ///   - characterCount: The maximum number of characters to read.
  /// - Throws: `CorpusError.readFailed` or `.changed`.
  public init(
    _ model: LanguageModel, corpus: Corpus, characterCount: Int
  ) throws(CorpusError) {
    precondition(model.configuration.vocabularySize == corpus.vocabulary.count, "the text is in other ids")
    self.model = model
    self.characterCount = min(characterCount, corpus.characterCount)
    endMark = corpus.vocabulary.endMark
    reader = try corpus.makeReader(at: 0)
    workspace = Workspace(
      model.configuration, batchSize: 1, stepCapacity: Self.chunkLength, purpose: .inference,
      holdsSequences: endMark != nil)
    model.beginLines(in: workspace)
  }

  /// Reads the next chunk, or returns false at the end.
  ///
  /// - Throws: `CorpusError.readFailed` or `.changed`.
  public func next() throws(CorpusError) -> Bool {
    let first = characters.upperBound
    guard first < characterCount else { return false }
    let count = min(Self.chunkLength, characterCount - first)
    ids.removeFirst(characters.count)
    try read(upTo: min(count + 1, characterCount - first))
    // The first record starts from the end mark like every other.
    if first == 0, let endMark { nextCost = run([endMark], predicting: [ids[0]])[0] }
    characters = first..<first + count
    let targets = ids.dropFirst() + (ids.count > count ? [] : [Chunk.ignoredTarget])
    let losses = run(Array(ids.prefix(count)), predicting: Array(targets))
    costs = [nextCost] + losses.dropLast()
    nextCost = losses.last
    return true
  }

  /// Returns the token ID of a character in the last chunk.
  public func id(at index: Int) -> Int32 { ids[index - characters.lowerBound] }

  /// Returns the cross-entropy in nats of a character in the last chunk; nil for the first character of a text, which
  /// is not predicted.
  public func cost(at index: Int) -> Float? { costs[index - characters.lowerBound] }

  /// Returns the values of all units of a layer after a character in the last chunk.
  ///
  /// - Parameters:
  ///   - activation: A quantity of the cell; see ``RecurrentCell/activations``.
  ///   - layer: The layer, counted from 0.
  ///   - index: The position in the characters read last.
  public func values(_ activation: UnitActivation, layer: Int, at index: Int) -> [Float] {
    let step = index - characters.lowerBound
    precondition((0..<characters.count).contains(step), "the character was not read last")
    let units = 0..<model.configuration.hiddenSize
    let state = (step + 1) * workspace.stepStride
    switch activation {
    case .hidden: return units.map { workspace.layers[layer].hidden[state + $0] }
    case .cell: return units.map { workspace.layers[layer].cell[state + $0] }
    case .gate(let role):
      guard let (group, gate) = model.configuration.cell.description.place(of: role) else {
        preconditionFailure("the cell has no such gate")
      }
      let blocks = model.layout.layers[layer][group].bias.blocks
      let gates = workspace.layers[layer].gates[group]
      let row = workspace.gateRow(step: step)
      return units.map { gates[blocks.index(row: row, gate: gate, unit: $0, rows: workspace.gateRows)] }
    }
  }

  private func read(upTo count: Int) throws(CorpusError) {
    var more = [Int32](repeating: 0, count: count - ids.count)
    try more.withUnsafeMutableBufferPointer { buffer throws(CorpusError) in try reader.read(into: buffer) }
    ids += more
  }

  /// - Returns: The cross-entropy of each target.
  private func run(_ inputs: [Int32], predicting targets: [Int32]) -> [Float] {
    let chunk = Chunk(
      stepCount: inputs.count, batchSize: 1, inputs: inputs, targets: targets,
      sequenceStarts: endMark.map { mark in inputs.map { $0 == mark } } ?? [], isFirstOfEpoch: false)
    // The values of the previous chunk are not needed any more.
    workspace.carryState(afterSteps: stepCount)
    stepCount = chunk.stepCount
    workspace.load(chunk)
    let pass = RecurrentPass(model.network, workspace, stepCount: chunk.stepCount)
    let share = PassShare(rows: 0..<1)
    pass.forward(share)
    pass.computeLosses(scale: 0, share)
    return model.losses(workspace, of: chunk)
  }
}
