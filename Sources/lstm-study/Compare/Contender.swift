internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// A compared cell with all settings determined.
struct Contender {
  let cell: RecurrentCell.Kind
  var settings: TrainingSettings
  let model: ModelConfiguration
  let memory: MemoryEstimate
  /// Primary names of the options without a fixed default that are given or were chosen.
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

  /// Options of `lstm-train` that repeat a run of the cell.
  var arguments: [String] { settings.arguments(decided: decided.union(["--hidden", "--steps", "--val-every"])) }

  /// Returns the compared cells. The first one has the given or chosen sizes; shared settings are chosen for it.
  ///
  /// - Parameter given: The given settings of each cell.
  /// - Throws: `ToolError` if there is not enough memory.
  static func all(
    _ options: CompareOptions, _ given: [TrainingSettings], _ givenOptions: GivenOptions, _ text: TrainingText,
    threadCount: Int
  ) throws -> [Contender] {
    let vocabularySize = text.corpus.vocabulary.count
    var shared = given[0]
    let names = shared.decided(byGiven: givenOptions.names)
    let kept = TrainingSetting.all(decidedBy: names)
    // Without a given limit, all runs together have the compute budget of a single run.
    shared.budget.operations /= Double(options.cells.count * options.seedCount * options.dataShares.count)
    let decided = try names.union(shared.choose(keeping: kept, for: text, threadCount: threadCount))
    // Early stopping would give the runs different lengths.
    shared.budget.patience = nil
    let leader = try Contender(options.cells[0], shared, decided: decided, vocabularySize: vocabularySize)
    return try [leader]
      + zip(options.cells, given).dropFirst().map { cell, asked in
        var settings = shared
        settings.configuration.cell = asked.configuration.cell
        if options.budget != .hidden {
          settings.configuration.matchParameters(leader.model.parameterCount, vocabularySize: vocabularySize)
        }
        let open = Set([TrainingSetting.learningRate, .forgetBias, .temporalRegularization]).subtracting(kept)
        let chosen = try settings.choose(
          keeping: Set(TrainingSetting.allCases).subtracting(open), for: text, threadCount: threadCount)
        let own = decided.subtracting(open.map(\.optionName)).union(chosen)
        return try Contender(cell, settings, decided: own, vocabularySize: vocabularySize)
      }
  }

  /// Returns the given settings of each cell.
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
  /// Sets the hidden size whose parameter count is nearest to a number.
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
