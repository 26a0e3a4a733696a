internal import CommandLineSupport
package import RecurrentEngine

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// A loop that answers each line of standard input, a JSON object, by one line of standard output.
package enum RequestLoop {
  private static let pieceSize = 1 << 16

  /// Answers requests in order until the input ends. Answers are written at once when the input pauses.
  ///
  /// - Parameter answer: Returns the members of the answer. An error of the request becomes its answer.
  /// - Throws: `OutputError`, or `ToolError` if standard input cannot be read.
  package static func run(_ answer: (Request) throws -> [String: JSONValue]) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var lines = RequestLines()
    var pending: [UInt8] = []
    func flush() throws {
      try OutputDescriptor.standardOutput.write(pending)
      pending.removeAll(keepingCapacity: true)
    }
    while let line = try lines.next(pausing: { if !pending.isEmpty { try flush() } }) {
      // Encoding of strings and finite numbers cannot fail.
      pending += (try? encoder.encode(JSONValue.object(members(for: line, answer)))) ?? Data("{}".utf8)
      pending.append(UInt8(ascii: "\n"))
      if pending.count >= pieceSize { try flush() }
    }
    try flush()
  }

  private static func members(
    for line: RequestLines.Line, _ answer: (Request) throws -> [String: JSONValue]
  ) -> [String: JSONValue] {
    var id: JSONValue?
    do {
      guard case .text(let bytes) = line else {
        throw RequestError("a line of more than \(RequestLines.longestLine) bytes; shorten it")
      }
      let request = try Request(bytes)
      id = request.id
      var members = try answer(request)
      members["id"] = id
      return members
    } catch {
      var members = ["error": JSONValue.text(message(of: error))]
      members["id"] = id
      return members
    }
  }

  private static func message(of error: any Error) -> String {
    switch error {
    case let error as RequestError: error.message
    case let error as ToolError: error.message
    case let error as VocabularyError: error.description
    default: "internal error: \(error)"
    }
  }
}

extension Vocabulary {
  /// Encodes a text of a request.
  ///
  /// - Throws: `RequestError`, which names the member.
  package func encode(
    _ text: String, of member: String, unknown policy: UnknownCharacterPolicy
  ) throws(RequestError) -> EncodedText {
    do throws(VocabularyError) {
      return try encode(Array(text.utf8), unknown: policy)
    } catch {
      var hint = ""
      if case .unknownSymbols(let symbols, _) = error {
        let similar = symbols.lazy.compactMap { self.hint(about: $0) }.first
        hint = ", or --unknown skip or nearest" + (similar.map { " (\($0))" } ?? "")
      }
      throw RequestError("\(member): \(error.description)\(hint)")
    }
  }
}
