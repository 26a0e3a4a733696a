internal import Checksums
internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// A run of a study as a separate command, which any machine with the same text can run. Its result is in files beside
/// those of the study.
struct SeparateRun {
  /// The command for a shell.
  let command: String
  private let eventLog: String

  /// The result of a run that has ended.
  struct Result {
    /// Lowest validation loss, in nats per character; nil if the run diverged before its first validation.
    var loss: Double?
  }

  /// - Parameters:
  ///   - settings: All settings of the run.
  ///   - decided: Primary names of the options without a fixed default that the run determines.
  ///   - study: The base name of the study's files.
  init(
    _ settings: TrainingSettings, decided: Set<String>, of text: TrainingText, threads: Int?, study: String
  ) {
    let arguments = settings.arguments(decided: decided)
    // Another text, or another option, gives other files, so that no result is taken for that of another run.
    let checksum = CRC32C.checksum(of: "\(arguments) \(text.corpus.fingerprint)")
    let base = "\(study).\(String(decoding: checksum.hexadecimalDigits, as: UTF8.self))"
    eventLog = "\(base).jsonl"
    let files = ["--continue", "--checkpoint", "\(base).bin", "--log", "\(base).csv", "--json-log", eventLog]
    let heldOut = TrainingSettings.heldOutFileOptions.flatMap { $0.arguments(for: settings) }
    command = ShellCommand.text(
      ["lstm-train", "--quiet"] + files + (threads.map { ["--threads", "\($0)"] } ?? []) + arguments + heldOut,
      files: text.files)
  }

  private struct Event: Decodable {
    var event: String
    var finished: Bool?
    var diverged: Bool?
    var bestValLoss: Double?
  }

  /// The result; nil if the run has not ended yet.
  var result: Result? {
    guard let bytes = try? WholeFile.read(eventLog) else { return nil }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let lines = bytes.split(separator: UInt8(ascii: "\n"))
    let end = lines.lazy.reversed().compactMap { try? decoder.decode(Event.self, from: Data($0)) }
      .first { $0.event == "end" }
    guard let end, end.finished == true || end.diverged == true else { return nil }
    return Result(loss: end.bestValLoss)
  }
}
