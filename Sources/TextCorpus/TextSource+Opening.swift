internal import SystemCalls

extension TextSource {
  /// Opens the file, or returns standard input.
  ///
  /// - Throws: `CorpusError.cannotOpen`, `.isDirectory` or `.readFailed`.
  func open() throws(CorpusError) -> (descriptor: FileDescriptor, status: FileStatus) {
    var descriptor = FileDescriptor.standardInput
    if case .file(let path) = self {
      do throws(SystemError) {
        descriptor = try .open(path, for: .reading)
      } catch {
        throw .cannotOpen(path: path, errno: error.number)
      }
    }
    do throws(CorpusError) {
      let status = try status(of: descriptor)
      guard status.kind != .directory else { throw .isDirectory(path: path) }
      return (descriptor, status)
    } catch {
      if self != .standardInput { descriptor.close() }
      throw error
    }
  }

  private func status(of descriptor: FileDescriptor) throws(CorpusError) -> FileStatus {
    do throws(SystemError) {
      return try descriptor.status()
    } catch {
      throw .readFailed(path: path, errno: error.number)
    }
  }

  /// Whether the source can be read only once, such as a pipe. False if it cannot be opened.
  package var isReadOnce: Bool {
    let status =
      switch self {
      case .bytes: FileStatus?.none
      case .file(let path): FileStatus(path: path)
      case .standardInput: try? FileDescriptor.standardInput.status()
      }
    // Files that the kernel generates on the fly report a size of zero.
    return status.map { $0.kind != .directory && ($0.kind != .regular || $0.byteCount == 0) } ?? false
  }
}
