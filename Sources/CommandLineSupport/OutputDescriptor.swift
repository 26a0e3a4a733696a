package import SystemCalls

/// An unbuffered file descriptor for output.
public struct OutputDescriptor: Sendable {
  public static let standardOutput = OutputDescriptor(.standardOutput)
  public static let standardError = OutputDescriptor(.standardError)

  private let descriptor: FileDescriptor

  package init(_ descriptor: FileDescriptor) { self.descriptor = descriptor }

  /// Writes all of the text, in as many calls as needed.
  ///
  /// A closed pipe is an error only if its signal is ignored, as ensured by `Tool.run`.
  public func write(_ text: String) throws(OutputError) {
    var text = text
    try text.withUTF8 { writeAll(UnsafeRawBufferPointer($0)) }.get()
  }

  /// Writes all of the bytes, in as many calls as needed.
  public func write(_ bytes: [UInt8]) throws(OutputError) {
    try bytes.withUnsafeBytes { writeAll($0) }.get()
  }

  public var isTerminal: Bool { descriptor.isTerminal }

  /// Whether a line can be erased and redrawn.
  public var canRedrawLine: Bool {
    let type = ThisProcess.environment("TERM") ?? ""
    return isTerminal && !type.isEmpty && type != "dumb"
  }

  /// Whether the locale says that text is UTF-8. Always true if the output is not a terminal.
  public var showsUnicode: Bool {
    guard isTerminal else { return true }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(ThisProcess.environment).first { !$0.isEmpty }
    let name = (locale ?? "").lowercased()
    return name.hasSuffix("utf-8") || name.hasSuffix("utf8") || name.contains("utf-8@") || name.contains("utf8@")
  }

  /// Whether colours are visible and wanted; see no-color.org.
  public var showsColor: Bool {
    canRedrawLine && (ThisProcess.environment("NO_COLOR") ?? "").isEmpty
  }

  /// The width of the terminal, or the number in `COLUMNS`, or 80.
  public var columnCount: Int {
    if let width = descriptor.windowWidth { return width }
    let columns = ThisProcess.environment("COLUMNS").flatMap { Int($0) } ?? 0
    return columns > 0 ? columns : 80
  }

  private func writeAll(_ bytes: UnsafeRawBufferPointer) -> Result<Void, OutputError> {
    do throws(SystemError) {
      return .success(try descriptor.write(bytes))
    } catch {
      return .failure(error == .brokenPipe ? .closedPipe : .failed(descriptor: descriptor.number, code: error.number))
    }
  }
}

/// An error while writing output.
public enum OutputError: Error, Equatable, Sendable {
  /// The reader of the output has closed the pipe.
  case closedPipe
  /// - Parameter code: the system's error number.
  case failed(descriptor: Int32, code: Int32)
}

extension OutputError {
  /// One sentence without a period.
  public var sentence: String {
    switch self {
    case .closedPipe:
      return "the reader of the output has exited"
    case .failed(let descriptor, let code):
      let name =
        switch descriptor {
        case FileDescriptor.standardOutput.number: "standard output"
        case FileDescriptor.standardError.number: "standard error"
        default: "file descriptor \(descriptor)"
        }
      let error = SystemError(number: code)
      return "cannot write to \(name): \(error); \(error.remedy(.writing))"
    }
  }
}
