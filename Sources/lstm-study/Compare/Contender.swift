internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// One of the cells that are compared, with nothing left open.
struct Contender {
  let cell: RecurrentCell.Kind
  var settings: TrainingSettings
  let model: ModelConfiguration
  let memory: MemoryEstimate
  /// The primary names of open options that are given or chosen.
  private let decided: Set<String>

  var name: String { cell.rawValue }

  private init(
    _ cell: RecurrentCell.Kind, _ settings: TrainingSettings, decided: Set<String>, vocabularySize: Int
  ) throws(ToolError) {
    self.cell = cell
    self.settings = settings
    self.decided = decided
    model = settings.configuration.modelConfiguration(vocabularySize: vocabularySize)
    memory = try checkMemory(settings.configuration, vocabularySize: vocabularySize)
  }

  /// The options of `lstm-train` that repeat a run of the cell.
  var arguments: [String] { settings.arguments(decided: decided.union(["--hidden", "--steps", "--val-every"])) }

  /// All of them. The first one has the sizes that are given or chosen; the settings that all share are made for it.
  ///
  /// - Parameter given: The settings of each cell as they are given.
  /// - Throws: `ToolError` if there is not enough memory.
  static func all(
    _ options: CompareOptions, _ given: [TrainingSettings], _ givenOptions: GivenOptions, _ text: TrainingText,
    threadCount: Int
  ) throws -> [Contender] {
    let vocabularySize = text.corpus.vocabulary.count
    var shared = given[0]
    let names = shared.decided(byGiven: givenOptions.names)
    let kept = TrainingSetting.all(decidedBy: names)
    // Runs that nothing bounds take together as long as one alone would.
    shared.budget.operations /= Double(options.cells.count * options.seedCount * options.dataShares.count)
    let decided = try names.union(shared.choose(keeping: kept, for: text, threadCount: threadCount))
    // All runs have the same length.
    shared.budget.patience = nil
    let leader = try Contender(options.cells[0], shared, decided: decided, vocabularySize: vocabularySize)
    return try [leader]
      + zip(options.cells, given).dropFirst().map { cell, asked in
        var settings = shared
        settings.configuration.cell = asked.configuration.cell
        if options.budget != .hidden {
          settings.configuration.matchParameters(leader.model.parameterCount, vocabularySize: vocabularySize)
        }
        let open = Set([TrainingSetting.learningRate, .forgetBias]).subtracting(kept)
        let chosen = try settings.choose(
          keeping: Set(TrainingSetting.allCases).subtracting(open), for: text, threadCount: threadCount)
        let own = decided.subtracting(open.map(\.optionName)).union(chosen)
        return try Contender(cell, settings, decided: own, vocabularySize: vocabularySize)
      }
  }

  /// The settings of each cell as they are given.
  ///
  /// - Throws: `UsageError.conflict` if an option has no effect on any of the cells.
  static func settings(of cells: [RecurrentCell.Kind], _ given: GivenOptions) throws(UsageError) -> [TrainingSettings] {
    let command = comparedTrainingOptions.command(from: TrainingSettings())
    var all: [TrainingSettings] = []
    for cell in cells {
      guard case .run(_, _, let own) = try command.parse(["--cell", cell.rawValue]) else { continue }
      all.append(command.applying(given.merging(own), to: TrainingSettings()))
    }
    for option in comparedTrainingOptions where all.allSatisfy({ option.isGivenInVain(given, in: $0) }) {
      if let requirement = option.requirement, requirement.hasPrefix("--cell ") {
        throw .conflict("\(option.names[0]) is for \(requirement), which --cells does not name; leave it out")
      }
      for settings in all { try command.check(given, in: settings) }
    }
    for settings in all { try settings.check(given) }
    return all
  }
}

extension TrainingConfiguration {
  /// Takes the hidden size whose parameter count is nearest to a number.
  fileprivate mutating func matchParameters(_ wanted: Int, vocabularySize: Int) {
    func setHiddenSize(_ size: Int, in configuration: inout TrainingConfiguration) {
      configuration.hiddenSize = size
      if configuration.embedding?.isTied == true { configuration.embedding?.size = size }
    }
    let size = hiddenSizeNearest(toParameters: wanted) { size in
      var candidate = self
      setHiddenSize(size, in: &candidate)
      return candidate.modelConfiguration(vocabularySize: vocabularySize).parameterCount
    }
    setHiddenSize(size, in: &self)
  }
}
