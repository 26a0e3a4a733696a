import Foundation
import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

@Suite struct CheckpointErrorTests {
  @Test(
    arguments: [
      (
        .cannotOpen(path: "x.bin", .notFound),
        "x.bin: cannot open (No such file or directory); check the path"
      ),
      (
        .notACheckpoint(path: "x.bin", .tooShort(byteCount: 3)),
        "x.bin: not a checkpoint (3 bytes are too short for one); give a file that lstm-train wrote"
      ),
      (
        .damaged(path: "x.bin", .checksum(stored: 0xe306_9283, computed: 0x0000_00ff)),
        "x.bin: damaged (its checksum is 000000ff, but should be e3069283); use another copy or an earlier checkpoint"
      ),
      (
        .damaged(path: "x.bin", .malformedJSON(part: "header", offset: 12, expected: "a colon")),
        "x.bin: damaged (byte 12 of its header should be a colon); use another copy or an earlier checkpoint"
      ),
      (
        .newerFormat(path: "x.bin", version: 2),
        "x.bin: checkpoint format 2 is newer than this program; use the version that wrote it"
      ),
    ] as [(CheckpointError, String)])
  func sentences(error: CheckpointError, expected: String) {
    #expect(error.description == expected)
  }

  /// Every common error has specific advice for reading and for writing.
  @Test(arguments: [
    EACCES, EAGAIN, EBADF, EDQUOT, EEXIST, EFBIG, EINVAL, EIO, EISDIR, ELOOP, EMFILE, ENAMETOOLONG, ENFILE, ENOENT,
    ENOMEM, ENOSPC, ENOTDIR, EPERM, EROFS, EXDEV,
  ])
  func remedies(number: Int32) {
    let error = SystemError(number: number)
    #expect(error.remedy(.reading) != SystemError(number: 0).remedy(.reading))
    #expect(!error.remedy(.reading).contains("choose another path"), "the path of an input cannot be chosen")
    #expect(
      CheckpointError.cannotOpen(path: "x", error).description == "x: cannot open (\(error)); \(error.remedy(.reading))"
    )
    #expect(CheckpointError.writeFailed(path: "x", error).description.hasSuffix("; \(error.remedy(.writing))"))
    #expect(
      CorpusError.readFailed(path: "x", errno: number).description
        == "x: cannot read (\(error)); \(error.remedy(.reading))")
  }

  @Test func namesOutOfAFileStayOnOneShortLine() {
    let hostile = "a\nb\u{1b}[31m\u{2028}\u{202e}" + String(repeating: "x", count: 1000)
    let sentence = CheckpointError.damaged(path: "x.bin", .missingTensor(hostile)).description
    #expect(sentence.hasPrefix(#"x.bin: damaged (it has no tensor 'a\u{a}b\u{1b}[31m\u{2028}\u{202e}xxx"#))
    #expect(sentence.unicodeScalars.count < 200)
    #expect(!sentence.contains { $0.isNewline || $0 == "\u{1b}" })
  }
}
