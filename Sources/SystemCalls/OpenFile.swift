/// A regular file that is open for reading and is closed when this value is destroyed.
package struct OpenFile: ~Copyable {
  package let path: String
  /// The size when the file was opened.
  package let byteCount: Int
  private let descriptor: CInt
  private let calls: FileSystemCalls

  /// - Throws: `cannotOpen`, also for a folder; `notARegularFile` for a device, pipe or socket.
  package init(path: String, calls: FileSystemCalls) throws(FileError) {
    let descriptor: CInt
    do throws(SystemError) {
      descriptor = try calls.openDescriptor(path, for: .reading)
    } catch {
      throw .cannotOpen(path: path, error)
    }
    do throws(FileError) {
      byteCount = try Self.byteCountOfRegularFile(descriptor, path: path, calls: calls)
    } catch {
      try? calls.closeDescriptor(descriptor)
      throw error
    }
    self.path = path
    self.descriptor = descriptor
    self.calls = calls
  }

  deinit {
    try? calls.closeDescriptor(descriptor)
  }

  /// Reads `count` elements at byte `offset`; the caller guarantees that the range lies inside the file.
  ///
  /// - Throws: `readFailed`, `shrankWhileRead`.
  package func readArray<Element: BitwiseCopyable>(
    count: Int, at offset: Int
  ) throws(FileError) -> [Element] {
    // The initializer does not propagate typed errors.
    var failure: FileError?
    let elements = [Element](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      do throws(FileError) {
        try read(
          into: UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: buffer[..<count])), at: offset)
        initializedCount = count
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return elements
  }

  /// Fills `bytes` from byte `offset` on.
  ///
  /// - Throws: `readFailed`, `shrankWhileRead`.
  package func read(into bytes: UnsafeMutableRawBufferPointer, at offset: Int) throws(FileError) {
    let count: Int
    do throws(SystemError) {
      count = try calls.read(descriptor, into: bytes, at: offset)
    } catch {
      throw .readFailed(path: path, error)
    }
    guard count == bytes.count else { throw .shrankWhileRead(path: path) }
  }

  private static func byteCountOfRegularFile(
    _ descriptor: CInt, path: String, calls: FileSystemCalls
  ) throws(FileError) -> Int {
    let status: FileStatus
    do throws(SystemError) {
      status = try calls.statusOfFile(descriptor)
    } catch {
      throw .cannotOpen(path: path, error)
    }
    switch status.kind {
    case .regular: return status.byteCount
    case .directory: throw .cannotOpen(path: path, .isDirectory)
    case .other: throw .notARegularFile(path: path)
    }
  }
}
