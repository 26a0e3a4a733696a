internal import CommandLineSupport
internal import RecurrentEngine

/// An interactive session in which user and model write in turn.
struct Conversation {
  private let sampler: Sampler
  private let encoder: PromptEncoder
  private let length: Int
  private let startCharacter: Int32
  /// Whether each turn is a separate record, independent of earlier turns.
  private let writesRecords: Bool
  private let stop: StopText
  /// Bytes after each answer.
  private let end: [UInt8]
  /// Whether a person reads and types, rather than a program that waits for an answer to each line.
  private var isWatched = false
  private var random: RandomGenerator
  /// Token IDs read before the first turn, then those of each turn.
  private var turns: [[Int32]]

  init(
    _ sampler: Sampler, prompt: Prompt, stop: StopText, random: RandomGenerator, _ options: SampleOptions
  ) {
    self.sampler = sampler
    self.stop = stop
    self.random = random
    encoder = PromptEncoder(vocabulary: sampler.vocabulary, policy: options.unknown, source: "the line")
    length = options.textLength
    end = [options.endsWithNull ? 0 : UInt8(ascii: "\n")]
    startCharacter = prompt.start.character
    writesRecords = prompt.isRecord
    turns = [prompt.start.followsStart && !prompt.isRecord ? prompt.characters : prompt.text]
    turns[0].forEach(sampler.read)
  }

  /// Answers lines until the input ends or a line is `/quit`. The answer to a line that is refused, or takes a turn back,
  /// is empty.
  ///
  /// - Throws: `OutputError`, or `ToolError` if a line cannot be read.
  mutating func run(_ lines: inout InputLines, _ output: inout TextWriter) throws {
    isWatched = lines.isTerminal && OutputDescriptor.standardError.isTerminal
    if isWatched {
      try report(
        "type a line and the model continues it; an empty line continues the text, /undo removes the last turn, /quit "
          + "ends"
      )
    }
    while true {
      if isWatched { try OutputDescriptor.standardError.write("> ") }
      guard let line = try lines.next() else {
        if isWatched { try OutputDescriptor.standardError.write("\n") }
        return
      }
      switch line {
      case Array("/quit".utf8): return
      case Array("/undo".utf8):
        try undo()
        if !isWatched { try endAnswer(&output) }
      default: try answer(line, &output)
      }
    }
  }

  private mutating func answer(_ line: [UInt8], _ output: inout TextWriter) throws {
    var turn: [Int32]
    do {
      turn = try encoder.encode(line, failure: .usage)
    } catch let error as ToolError {
      try report("\(error.message); the line was not read")
      return isWatched ? () : try endAnswer(&output)
    }
    if writesRecords {
      sampler.reset()
      turn = [startCharacter] + (turns.count > 1 ? [] : turns[0]) + turn
    } else if turn.isEmpty, turns.allSatisfy(\.isEmpty) {
      turn = [startCharacter]
    }
    turn.forEach(sampler.read)
    var stop = stop
    for _ in 0..<length {
      let character = sampler.draw(using: &random)
      sampler.read(character)
      turn.append(character)
      if character != stop.endMark { try output.write(sampler.vocabulary.bytes(of: character)) }
      if stop.append(character) { break }
    }
    turns.append(turn)
    try endAnswer(&output)
  }

  private func endAnswer(_ output: inout TextWriter) throws {
    try output.write(end)
    try output.flush()
  }

  /// Removes the last turn. Earlier ones are read again, because stored states could take unbounded memory.
  private mutating func undo() throws {
    guard turns.count > 1 else { return try report("there is no turn to undo") }
    turns.removeLast()
    sampler.reset()
    turns.joined().forEach(sampler.read)
  }

  private func report(_ message: String) throws {
    try OutputDescriptor.standardError.write(TerminalText.escaped("lstm-sample: \(message)") + "\n")
  }
}
