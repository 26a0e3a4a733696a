internal import Checksums
internal import RecurrentEngine
internal import SystemCalls

/// Checkpoint parsing, followed by generation and a resumed training step if it succeeds.
///
/// A file must give either a usable model or a one-line error. In both cases, memory must stay below twice the size of
/// the file plus 32 MB.
struct CheckpointTarget: FuzzTarget {
  let seeds: [[UInt8]]
  /// The corpora of the training states among the seeds: one text, and lines.
  private let text: Corpus
  private let lines: Corpus
  /// Peak memory at the start, in bytes; nil if memory is not checked.
  private let memoryAtStart: Int?

  /// - Parameter checksMemory: Whether to check memory; false in a process that does other work.
  init(checksMemory: Bool = true) throws {
    seeds = try CheckpointSeeds.all()
    text = try CheckpointSeeds.corpus(records: nil)
    lines = try CheckpointSeeds.corpus(records: .newline)
    memoryAtStart = checksMemory ? ResourceUsage.peakMemory : nil
  }

  let tokens: [[UInt8]] =
    ([
      "\"", "\\", "{", "}", "[", "]", ",", ":", "\\u0000", "\\ud800", "\\udc00", "null", "true", "-1", "1e999", "1.5",
      " ",
      "F32", "F64", "I64", "BF16", "\"dtype\":", "\"shape\":", "\"data_offsets\":", "\"__metadata__\":{", "\"crc32c\":",
      "9223372036854775807", "18446744073709551616", "[0,0]",
      "\"x\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]},",
    ] + RecurrentCell.allCases.map(\.name) + ["byte", "character", "grapheme"]).map { Array($0.utf8) }
    + [[0, 0, 0x80, 0x7F], [0, 0, 0xC0, 0x7F], [0xFF, 0xFF, 0x7F, 0x7F], [0, 0, 0, 0, 0, 0, 0, 0x80]]

  /// Returns a changed checkpoint. Usually one part changes, and the header length and the checksum are corrected,
  /// because otherwise the parser would reject most inputs at these two.
  func mutated(_ input: [UInt8], with mutator: inout Mutator) -> [UInt8] {
    let prefix = SafetensorsFile.prefixByteCount
    let length = input.prefix(prefix).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard mutator.number(in: 0...3) > 0, input.count > prefix, length <= UInt64(input.count - prefix) else {
      return mutator.mutated(input)
    }
    var header = Array(input[prefix..<(prefix + Int(length))])
    var data = Array(input[(prefix + Int(length))...])
    switch mutator.number(in: 0...5) {
    case 0:
      let changed = mutator.mutated(data) + data
      data = Array(changed.prefix(data.count))
    case 1, 2: header = mutator.mutated(header)
    default:
      let range = rangeOfText(Self.keys[mutator.number(in: 0...Self.keys.count - 1)], in: header)
      header.replaceSubrange(range, with: mutator.mutated(Array(header[range])))
    }
    let bytes = withUnsafeBytes(of: UInt64(header.count).littleEndian, Array.init) + header + data
    return mutator.number(in: 0...7) == 0 ? bytes : withRightChecksum(bytes)
  }

  private static let keys = [
    "configuration", "progress", "vocabulary", "selected", "start_character", "format_version", "run", "weights",
  ]

  /// Returns the range of a key's value between its quotes; empty if there is none.
  func rangeOfText(_ key: String, in header: [UInt8]) -> Range<Int> {
    guard let start = header.firstRange(of: Array("\"\(key)\":\"".utf8))?.upperBound else { return 0..<0 }
    var end = start
    while end < header.count, header[end] != UInt8(ascii: "\"") {
      end += header[end] == UInt8(ascii: "\\") ? 2 : 1
    }
    return start..<min(end, header.count)
  }

  func check(_ input: [UInt8]) throws(Finding) -> String {
    let outcome = try outcome {
      let checkpoint = try Checkpoint(path: "fuzzed.bin", calls: .file(of: input))
      try checkGeneration(checkpoint)
      return "\(checkpoint.model.configuration)" + (try self.outcome { try resume(input) })
    }
    if let memoryAtStart, let memory = ResourceUsage.peakMemory {
      try require(memory - memoryAtStart <= 2 * input.count + 32 << 20, "\(memory) bytes of memory")
    }
    return outcome
  }

  /// Returns what a body returns, or its error as one line without numbers.
  private func outcome(_ body: () throws -> String) throws(Finding) -> String {
    do {
      return try body()
    } catch let finding as Finding {
      throw finding
    } catch {
      guard error is CheckpointError || error is CorpusError || error is MemoryError else {
        throw Finding("an error of another kind: \(error)")
      }
      let sentence = "\(error)"
      try require(!sentence.contains(where: \.isNewline), "an error of several lines: \(sentence)")
      try require(sentence.unicodeScalars.count < 600, "an endless error: \(sentence)")
      return sentence.filter { !$0.isNumber }
    }
  }

  /// Trains a step from the state in a file, in memory that keeps the bound of a file.
  private func resume(_ input: [UInt8]) throws -> String {
    let saved = try SavedRun(path: "fuzzed.bin", calls: .file(of: input))
    let corpus = saved.checkpoint.training.division.records == nil ? text : lines
    guard saved.isOn(corpus) else { return ", another text" }
    let split = try CorpusSplit(corpus, saved.checkpoint.training, streamCount: 1)
    let (_, final) = try saved.checkpoint.training.fitted(to: split, of: corpus)
    let trainer = try Trainer(
      resuming: saved, corpus: corpus, split: final, threadCount: 1,
      availableMemory: Machine.reservedMemory + 16 << 20)
    return try trainer.advance().isFinite ? ", resumed" : ", skipped a step"
  }

  private func checkGeneration(_ checkpoint: Checkpoint) throws(Finding) {
    var random = RandomGenerator(seed: 1)
    var character = checkpoint.startCharacter
    for temperature in [1, 0, 1e-9, 1e9] {
      let sampler = Sampler(checkpoint.model, options: SamplingOptions(temperature: temperature))
      sampler.read(character)
      character = sampler.draw(using: &random)
      try require(
        checkpoint.model.vocabulary.entries.indices.contains(Int(character)), "character \(character) was drawn")
    }
  }
}

/// Returns the bytes with a correct checksum, if they have one.
func withRightChecksum(_ bytes: [UInt8]) -> [UInt8] {
  guard let name = bytes.firstRange(of: Array("\"crc32c\":\"".utf8)), name.upperBound + 8 <= bytes.count else {
    return bytes
  }
  var bytes = bytes
  let digits = name.upperBound..<(name.upperBound + 8)
  bytes.replaceSubrange(digits, with: repeatElement(UInt8(ascii: "0"), count: 8))
  var checksum = CRC32C()
  bytes.withUnsafeBytes { checksum.update($0) }
  bytes.replaceSubrange(digits, with: checksum.value.hexadecimalDigits)
  return bytes
}

extension FileSystemCalls {
  /// Returns calls that open the same bytes under every name, without disk access.
  fileprivate static func file(of bytes: [UInt8]) -> FileSystemCalls {
    var calls = FileSystemCalls.system
    calls.openFile = { _, _ in 0 }
    calls.closeFile = { _ in }
    calls.statusOfFile = { _ in FileStatus(kind: .regular, permissions: 0o644, byteCount: bytes.count) }
    calls.readBytes = { _, buffer, offset in
      let piece = bytes[min(offset, bytes.count)...].prefix(buffer.count)
      buffer.copyBytes(from: piece)
      return piece.count
    }
    return calls
  }
}
