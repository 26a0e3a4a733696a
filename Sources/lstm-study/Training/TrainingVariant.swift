internal import CommandLineSupport
internal import ToolSupport

/// Training options that distinguish a variant of a run from others.
struct TrainingVariant: Sendable {
  /// Options as typed; `--cell` may be omitted before the name of a cell.
  let text: String

  var name: String { text.isEmpty ? "as given" : text }

  private var arguments: [String] {
    let words = text.split(separator: " ").map(String.init)
    guard let first = words.first, first.utf8.first != UInt8(ascii: "-") else { return words }
    return ["--cell"] + words
  }

  /// Returns a sentence about each option of the variant that has no effect in its settings.
  func notices(_ table: [SettingsOption], _ own: GivenOptions, in settings: TrainingSettings) -> [String] {
    table.notices(about: own, in: settings).map { "variant '\(text)': \($0)" }
  }

  /// Returns settings with the options of the variant and all given options, the latter, and the former.
  ///
  /// - Parameters:
  ///   - own: The options that are allowed in a variant.
  ///   - common: The options of all variants; the variant overrides given ones.
  ///   - given: The common options that are given.
  ///   - defaults: The settings without any option.
  /// - Throws: `UsageError.conflict`, which names the variant.
  func settings(
    _ own: [SettingsOption], common: [SettingsOption] = [], given: GivenOptions = GivenOptions(),
    from defaults: TrainingSettings
  ) throws(UsageError) -> (settings: TrainingSettings, given: GivenOptions, own: GivenOptions) {
    do throws(UsageError) {
      let outcome = try own.command(from: defaults).parse(arguments, checksOptions: false)
      guard case .run(_, let operands, let options) = outcome else {
        throw .operands("training options alone make a variant")
      }
      if let operand = operands.first { throw .operands("'\(operand)' is no option") }
      let all = given.merging(options)
      return (try (common.isEmpty ? own : common).settings(all, from: defaults), all, options)
    } catch {
      throw .conflict("variant '\(text)': \(Self.sentence(error))")
    }
  }

  private static func sentence(_ error: UsageError) -> String {
    let all = TrainingSettings.decidingOptions + TrainingSettings.lengthOptions + TrainingSettings.heldOutFileOptions
    if case .unknownOption(let name, _) = error, all.contains(where: { $0.names.contains(name) }) {
      return "\(name) cannot differ between variants; leave it out"
    }
    return error.sentence(tool: "lstm-train")
  }
}

extension ValueFormat where Value == [TrainingVariant] {
  /// Semicolon-separated variants.
  static var variants: Self {
    Self(
      ValueSyntax(name: "VARIANTS", allowed: "training options, or several sets of them with semicolons between"),
      parse: { text in
        let texts = text.split(separator: ";", omittingEmptySubsequences: false).map { part in
          part.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
        return texts.allSatisfy(\.isEmpty) ? nil : texts.map(TrainingVariant.init)
      },
      describe: { $0.isEmpty ? nil : $0.map(\.text).joined(separator: "; ") })
  }
}
