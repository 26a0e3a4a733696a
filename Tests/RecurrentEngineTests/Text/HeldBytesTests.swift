import Foundation
import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

@Suite struct HeldBytesTests {
  private static let pieceSize = HeldBytes.pieceSize

  @Test(arguments: [0, 1, pieceSize - 1, pieceSize, pieceSize + 1, 2 * pieceSize + 3])
  func holdsWhatWasReadOrGiven(count: Int) throws {
    let folder = try TemporaryFolder()
    let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 167 >> 3) }
    let edges = [0, Self.pieceSize, 2 * Self.pieceSize, count].flatMap { [$0 - 2, $0 - 1, $0, $0 + 1] }
    for held in [try hold(folder.write(bytes)), HeldBytes(bytes)] {
      #expect(held.count == count)
      for start in edges where start >= 0 {
        for end in edges where start <= end && end <= count {
          var copy = [UInt8](repeating: 0, count: end - start)
          copy.withUnsafeMutableBytes { held.copy(from: start, into: $0) }
          #expect(copy == Array(bytes[start..<end]), "\(start)..<\(end)")
        }
      }
    }
  }

  @Test func readingErrorIsReported() throws {
    let folder = try TemporaryFolder()
    #expect(throws: CorpusError.readFailed(path: folder.path, errno: EISDIR)) { try hold(folder.path) }
  }

  private func hold(_ path: String) throws -> HeldBytes {
    let descriptor = open(path, O_RDONLY)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    return try HeldBytes(readingFrom: FileDescriptor(descriptor), path: path)
  }
}
