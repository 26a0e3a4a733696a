package import SystemCalls

/// A file descriptor to write to, without a buffer.
public struct OutputDescriptor: Sendable {
  public static let standardOutput = OutputDescriptor(.standardOutput)
  public static let standardError = OutputDescriptor(.standardError)

  private let descriptor: FileDescriptor

  package init(_ descriptor: FileDescriptor) { self.descriptor = descriptor }

  /// Writes all of the text, however many calls that takes.
  ///
  /// A closed pipe is an error only where its signal is ignored, as `Tool.run` sees to.
  public func write(_ text: String) throws(OutputError) {
    var text = text
    try text.withUTF8 { writeAll(UnsafeRawBufferPointer($0)) }.get()
  }

  /// Writes all of the bytes, however many calls that takes.
  public func write(_ bytes: [UInt8]) throws(OutputError) {
    try bytes.withUnsafeBytes { writeAll($0) }.get()
  }

  public var isTerminal: Bool { descriptor.isTerminal }

  /// Whether a line here can be erased and drawn again.
  public var canRedrawLine: Bool {
    let type = ThisProcess.environment("TERM") ?? ""
    return isTerminal && !type.isEmpty && type != "dumb"
  }

  /// Whether the locale says that text is UTF-8. What is no terminal gets it in any case.
  public var showsUnicode: Bool {
    guard isTerminal else { return true }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(ThisProcess.environment).first { !$0.isEmpty }
    let name = (locale ?? "").lowercased()
    return name.hasSuffix("utf-8") || name.hasSuffix("utf8") || name.contains("utf-8@") || name.contains("utf8@")
  }

  /// Whether colours are seen and wanted; see no-color.org.
  public var showsColor: Bool {
    canRedrawLine && (ThisProcess.environment("NO_COLOR") ?? "").isEmpty
  }

  /// The width of the terminal, else what `COLUMNS` says, else 80.
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

/// Why output could not be written.
public enum OutputError: Error, Equatable, Sendable {
  /// Whoever read the output has stopped reading.
  case closedPipe
  /// - Parameter code: the system's error number.
  case failed(descriptor: Int32, code: Int32)
}

extension OutputError {
  /// One sentence without a period.
  public var sentence: String {
    switch self {
    case .closedPipe:
      return "nobody reads the output any more"
    case .failed(let descriptor, let code):
      let name =
        switch descriptor {
        case FileDescriptor.standardOutput.number: "standard output"
        case FileDescriptor.standardError.number: "standard error"
        default: "file descriptor \(descriptor)"
        }
      return "cannot write to \(name): \(SystemError(number: code))"
    }
  }
}
