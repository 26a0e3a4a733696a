internal import KernelTemplates

/// A number that each unit of a layer has at each step.
public enum UnitActivation: Hashable, Sendable {
  /// Of the cells that have it; see ``RecurrentCell/gates``.
  case gate(GateRole)
  /// c, of the cells that have one.
  case cell
  /// h.
  case hidden

  /// `input`, `forget` and so on, `c` or `h`.
  public var name: String {
    switch self {
    case .gate(let role): role.rawValue
    case .cell: "c"
    case .hidden: "h"
    }
  }
}

extension RecurrentCell {
  /// What there is to see of each unit: its gates, then c where there is one, then h.
  public var activations: [UnitActivation] {
    gates.map(UnitActivation.gate) + (description.hasCellState ? [.cell] : []) + [.hidden]
  }
}

/// Reads the beginning of a text once and shows every gate and state on the way.
///
/// After ``next()`` there is what follows each character of ``characters``, until it is called again.
public final class ActivationPass {
  /// The indices of the characters that were read last.
  public private(set) var characters = 0..<0
  /// How many characters are read in all.
  public let characterCount: Int

  private let model: LanguageModel
  private let reader: CharacterReader
  /// What ends a line, where each line is a sequence of its own.
  private let endMark: Int32?
  private let workspace: Workspace
  /// Those that were read last, and the one after them where there is one.
  private var ids: [Int32] = []
  /// Of each character that was read last.
  private var costs: [Float?] = []
  /// Of the character after those.
  private var nextCost: Float?
  /// Steps since the state that stands first.
  private var stepCount = 0

  private static let chunkLength = 64

  /// Begins before the first character, as scoring does.
  ///
  /// - Parameters:
  ///   - corpus: A text in the ids of the model's vocabulary.
  ///   - characterCount: The most characters to read.
  ///   - readsLines: Whether each line is a sequence of its own, which starts from an end mark.
  /// - Throws: `CorpusError.readFailed` or `.changed`.
  public init(
    _ model: LanguageModel, corpus: Corpus, characterCount: Int, readsLines: Bool = false
  ) throws(CorpusError) {
    precondition(model.configuration.vocabularySize == corpus.vocabulary.count, "the text is in other ids")
    self.model = model
    self.characterCount = min(characterCount, corpus.characterCount)
    endMark = readsLines ? corpus.vocabulary.newlineID : nil
    reader = try corpus.makeReader(at: 0)
    workspace = Workspace(
      model.configuration, batchSize: 1, stepCapacity: Self.chunkLength, purpose: .inference,
      holdsSequences: endMark != nil)
    model.beginLines(in: workspace)
  }

  /// Reads on.
  ///
  /// - Returns: False at the end.
  /// - Throws: `CorpusError.readFailed` or `.changed`.
  public func next() throws(CorpusError) -> Bool {
    let first = characters.upperBound
    guard first < characterCount else { return false }
    let count = min(Self.chunkLength, characterCount - first)
    ids.removeFirst(characters.count)
    try read(upTo: min(count + 1, characterCount - first))
    // The first line begins like every other.
    if first == 0, let endMark { nextCost = run([endMark], predicting: [ids[0]])[0] }
    characters = first..<first + count
    let targets = ids.dropFirst() + (ids.count > count ? [] : [Chunk.ignoredTarget])
    let losses = run(Array(ids.prefix(count)), predicting: Array(targets))
    costs = [nextCost] + losses.dropLast()
    nextCost = losses.last
    return true
  }

  /// The id of one of the characters that were read last.
  public func id(at index: Int) -> Int32 { ids[index - characters.lowerBound] }

  /// What the model has paid for one of these characters, in nats; nil for the first of a text, which nothing foretells.
  public func cost(at index: Int) -> Float? { costs[index - characters.lowerBound] }

  /// What all units of a layer have after one of these characters.
  ///
  /// - Parameter activation: One that the cell has; see ``RecurrentCell/activations``.
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
    // What was shown is not needed any more.
    workspace.carryState(afterSteps: stepCount)
    stepCount = chunk.stepCount
    workspace.load(chunk)
    let pass = RecurrentPass(model.network, workspace, stepCount: chunk.stepCount)
    pass.forward(rows: 0..<1)
    pass.computeLosses(scale: 0, rows: 0..<1)
    return workspace.losses(of: chunk)
  }
}
