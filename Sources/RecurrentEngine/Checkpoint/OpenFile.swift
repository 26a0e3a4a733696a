/// A regular file that is open for reading, and is closed when this value ends.
package struct OpenFile: ~Copyable {
  package let path: String
  /// As it was when the file was opened.
  package let byteCount: Int
  private let descriptor: CInt
  private let calls: FileSystemCalls

  /// - Throws: `cannotOpen`, also for a folder; `notACheckpoint` for a device, pipe or socket.
  package init(path: String, calls: FileSystemCalls) throws(CheckpointError) {
    let descriptor: CInt
    do throws(SystemError) {
      descriptor = try calls.openDescriptor(path, for: .reading)
    } catch {
      throw .cannotOpen(path: path, error)
    }
    do throws(CheckpointError) {
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

  /// Reads `count` elements from byte `offset` on, which the caller knows to lie inside the file.
  ///
  /// - Throws: `readFailed`, and `damaged` if the file has become shorter.
  package func readArray<Element: BitwiseCopyable>(
    count: Int, at offset: Int
  ) throws(CheckpointError) -> [Element] {
    // The initializer passes on no typed error.
    var failure: CheckpointError?
    let elements = [Element](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      do throws(CheckpointError) {
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

  /// The checksum of the whole file, with the bytes of `digits` read as the digit zero.
  ///
  /// - Throws: `readFailed`, and `damaged` if the file has become shorter.
  package func checksum(readingAsZeros digits: Range<Int>) throws(CheckpointError) -> UInt32 {
    var checksum = CRC32C()
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: min(byteCount, 256 << 10), alignment: 8)
    defer { buffer.deallocate() }
    var offset = 0
    while offset < byteCount {
      let piece = UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(byteCount - offset))
      try read(into: piece, at: offset)
      for index in digits.clamped(to: offset..<(offset + piece.count)) { piece[index - offset] = UInt8(ascii: "0") }
      checksum.update(UnsafeRawBufferPointer(piece))
      offset += piece.count
    }
    return checksum.value
  }

  private func read(into bytes: UnsafeMutableRawBufferPointer, at offset: Int) throws(CheckpointError) {
    let count: Int
    do throws(SystemError) {
      count = try calls.read(descriptor, into: bytes, at: offset)
    } catch {
      throw .readFailed(path: path, error)
    }
    guard count == bytes.count else { throw .damaged(path: path, .shrankWhileRead) }
  }

  private static func byteCountOfRegularFile(
    _ descriptor: CInt, path: String, calls: FileSystemCalls
  ) throws(CheckpointError) -> Int {
    let status: FileSystemCalls.Status
    do throws(SystemError) {
      status = try calls.statusOfFile(descriptor)
    } catch {
      throw .cannotOpen(path: path, error)
    }
    switch status.kind {
    case .regular: return status.byteCount
    case .directory: throw .cannotOpen(path: path, .isDirectory)
    case .other: throw .notACheckpoint(path: path, .notARegularFile)
    }
  }
}
