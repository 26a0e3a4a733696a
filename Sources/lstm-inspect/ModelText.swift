internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

/// Opens a text in the token IDs of a model. Characters outside the vocabulary are left out, with a notice.
///
/// - Throws: `CorpusError`; `ToolError` for problems that no option of this tool solves.
func openText(_ path: String, for checkpoint: Checkpoint) throws -> Corpus {
  let vocabulary = checkpoint.model.vocabulary
  let policy = checkpoint.training.malformedUTF8
  func badData(_ problem: String) -> ToolError { ToolError(.badData, "\(names(of: [path])): \(problem)") }
  let corpus: Corpus
  do throws(CorpusError) {
    corpus = try Corpus(
      sources: [TextSource(operand: path)], vocabulary: vocabulary, malformedUTF8: policy, leavesOutUnknown: true)
  } catch {
    switch error {
    case .malformedUTF8(let source, let byteOffset, _):
      let remedy = CorpusError.encodingRemedy(for: source, isRare: false)
      throw badData("not valid UTF-8 at byte \(byteOffset); \(remedy)")
    case .graphemeTooLong(_, let byteOffset):
      throw badData("a grapheme longer than any that a model knows at byte \(byteOffset); shorten it")
    default: throw error
    }
  }
  guard corpus.characterCount > 0 else {
    throw badData("no \(vocabulary.unit.rawValue) that the model knows; give a text like the one that it learned from")
  }
  if let malformed = corpus.malformed { notice(malformed.notice(policy)) }
  if let unknown = corpus.unknown {
    let hint = vocabulary.hint(about: unknown.symbol).map { " (\($0))" } ?? ""
    notice(
      "left out \(NumberText.counted(unknown.count, "unknown \(vocabulary.unit.rawValue)")), the first, "
        + "\(vocabulary.unit.name(of: unknown.symbol)), in \(unknown.path) at byte "
        + String(unknown.byteOffset) + hint)
  }
  return corpus
}

func notice(_ text: String) { Tool.printNotice(text, of: inspectCommand.name) }

/// Returns a CSV field, quoted if necessary.
func csvField(_ text: String) -> String {
  text.contains { ",\"\n\r".contains($0) } ? "\"\(text.replacing("\"", with: "\"\""))\"" : text
}
