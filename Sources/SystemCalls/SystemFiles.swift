internal import CLibrary

/// The files in which the system describes itself and this process.
package struct SystemFiles: Sendable {
  /// The prefix of all paths: empty, or a folder with files of another system.
  private let root: String

  package init(root: String = "") { self.root = root }

  func lines(of path: String) -> [Substring] { Substring(text(of: path)).split(at: "\n") }

  /// Returns the first number of the line that begins with a label; nil if there is none.
  func number(after label: String, in path: String) -> Int? {
    let line = lines(of: path).first { $0.hasPrefix(label) && $0.dropFirst(label.count).first?.isWhitespace == true }
    return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
  }

  /// Returns the contents of a file; empty if it cannot be read.
  func text(of path: String) -> String {
    guard let file = try? FileDescriptor.open(root + path, for: .reading) else { return "" }
    defer { file.close() }
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 1 << 14)
    // These files report no size.
    while true {
      let result = piece.withUnsafeMutableBytes { buffer in
        Result { () throws(SystemError) in try file.readSome(into: buffer) }
      }
      guard case .success(let count) = result, count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes += piece[..<count]
    }
  }
}

extension Substring {
  /// Returns the parts between separators. Unlike `split`, it finds no character boundaries, which takes most of the time.
  func split(at separator: Unicode.Scalar) -> [Substring] {
    unicodeScalars.split(separator: separator).map(Substring.init)
  }
}
