import CommandLineSupport
import RecurrentEngine
import Testing
import ToolSupport

@testable import lstm_train

/// Tests of the table of training options, and of the options that it derives from values.
struct OptionTableTests {
  /// Options that the default configuration refuses, with the options that they need.
  private static let needs = [
    "--gru-reset": ["--cell", "gru"], "--activation": ["--cell", "rnn"], "--leak": ["--connection", "leaky"],
    "--tie": ["--embedding", "128"], "--val-lines": ["--lines"],
  ]

  private static func values(_ arguments: [String]) throws -> (values: TrainOptions, given: GivenOptions) {
    guard case .run(let values, operands: [], let given) = try trainCommand.parse(arguments) else {
      throw UsageError.conflict("\(arguments)")
    }
    return (values, given)
  }

  private static func example(of option: OptionDefinition<TrainOptions>) -> [String] {
    guard let value = option.value else { return [option.names[0]] }
    if let choice = value.choices.last { return [option.names[0], choice] }
    switch value.name {
    case "TIME", "N|TIME": return [option.names[0], "1h30m"]
    case "FILE": return [option.names[0], "file.bin"]
    default: return [option.names[0], value.name == "N" ? "4" : "0.25"]
    }
  }

  /// Every option is accepted alone or with the option that it needs, and is refused with a reason otherwise.
  @Test func everyOptionIsTakenOrRefusedWithAReason() throws {
    for option in trainCommand.options
    where !["--help", "--version", "--completions", "--manual"].contains(option.names[0]) {
      let name = option.names[0]
      let example = Self.example(of: option)
      if let needed = Self.needs[name] {
        let requirement = try #require(option.requirement)
        #expect(throws: UsageError.conflict("\(name) is for \(requirement); give that, too")) {
          try Self.values(example)
        }
        // The order of the options does not matter.
        for arguments in [needed + example, example + needed] {
          #expect(try option.arguments(for: Self.values(arguments).values) == example, "\(arguments)")
        }
      } else {
        let (values, given) = try Self.values(example)
        #expect(option.arguments(for: values) == example)
        #expect(given.names == [name])
      }
    }
  }

  @Test(arguments: [
    ["--compare", "lstm,gru"], ["--compare-by=time"], ["--seeds", "2"], ["--compare-data", "1"],
    ["--find-learning-rate"], ["--find-from", "1"], ["--check-gradients"], ["--overfit"],
  ])
  func movedOptionsNameTheNewCommand(arguments: [String]) throws {
    let name = String(arguments[0].prefix { $0 != "=" })
    let command = try #require(trainCommand.movedOptions[name])
    try WorkFolder().train(arguments).expect(
      status: 64, error: "lstm-train: \(name) has moved; use '\(command)'\n")
  }

  /// The options derived from a configuration give the same configuration.
  @Test(arguments: [
    [], ["--cell", "gru", "--gru-reset", "after"], ["--cell", "rnn", "--activation", "relu"],
    ["--forget-gate", "off", "--peepholes", "--layer-norm"],
    ["--layers", "3", "--connection", "leaky", "--leak", "0.3"],
    ["--embedding", "128", "--tie", "--clip", "0"], ["--optimizer", "adamw"], ["--schedule", "plateau"],
    ["--decay-steps", "7"], ["--lines", "--val-lines", "9"], ["--records", "%"],
    ["--records", "\n", "--val-lines", "9"], ["--records", "\nnul\n"], ["--val-file", "x", "--test-file", "y"],
    ["--split", "interleaved", "--unit", "byte"], ["--forget-bias", "0.3", "--average", "0.9", "--dropout", "0.2"],
  ])
  func optionsOfAConfigurationGiveItBack(arguments: [String]) throws {
    let configuration = try Self.values(arguments).values.training.configuration
    var inverse = configurationOptions.flatMap { $0.arguments(for: configuration) }
    inverse += configuration.division.fileArguments
    #expect(try Self.values(inverse).values.training.configuration == configuration)
  }

  @Test func whatIsChosenIsNotInTheConfiguration() {
    let names = Set(TrainingSetting.allCases.map(\.optionName))
    #expect(names.isSubset(of: trainCommand.options.filter(\.isOpen).map { $0.names[0] }))
    #expect(TrainingSetting.all(decidedBy: names) == Set(TrainingSetting.allCases))
  }
}
