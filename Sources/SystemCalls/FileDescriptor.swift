internal import CLibrary

/// A descriptor of an open file, pipe or terminal. Interrupted calls are repeated.
package struct FileDescriptor: Hashable, Sendable {
  package static let standardInput = FileDescriptor(STDIN_FILENO)
  package static let standardOutput = FileDescriptor(STDOUT_FILENO)
  package static let standardError = FileDescriptor(STDERR_FILENO)

  package let number: CInt

  package init(_ number: CInt) { self.number = number }

  package enum Mode: Sendable {
    case reading
    /// Reading without blocking until a pipe has a writer.
    case readingWithoutWaiting
    /// Reading and writing of an existing or a new file.
    case readingAndWriting
    /// Opening a lock file; symbolic links are not followed.
    case locking
    case writing
    /// Writing of an existing or a new file.
    case creating
  }

  /// Opens a file; the descriptor is not inherited by child processes.
  package static func open(_ path: String, for mode: Mode) throws(SystemError) -> FileDescriptor {
    let flags =
      switch mode {
      case .reading: O_RDONLY
      case .readingWithoutWaiting: O_RDONLY | O_NONBLOCK
      case .readingAndWriting: O_RDWR | O_CREAT
      case .locking: O_RDWR | O_CREAT | O_NOFOLLOW
      case .writing: O_WRONLY
      case .creating: O_WRONLY | O_CREAT
      }
    return FileDescriptor(try repeated { systemOpen(path, flags | O_CLOEXEC) })
  }

  package func close() { _ = systemClose(number) }

  /// Whether enough descriptors are left for all else that a program opens, so that this one can stay open.
  package var isSpare: Bool {
    // A new descriptor has the least free number.
    let reservedCount = 16
    let limit = sysconf(CInt(_SC_OPEN_MAX))
    return limit < 0 || Int(number) < limit - reservedCount
  }

  /// Moves the offset of a regular file to its end, as reading all of it does, and returns the former offset.
  package func skipToEnd() throws(SystemError) -> Int {
    let offset = try repeated { lseek(number, 0, SEEK_CUR) }
    _ = try repeated { lseek(number, 0, SEEK_END) }
    return Int(offset)
  }

  package func status() throws(SystemError) -> FileStatus {
    var information = stat()
    _ = try repeated { fstat(number, &information) }
    return FileStatus(information)
  }

  /// Reads at least one byte; waits for data even if the descriptor is non-blocking.
  ///
  /// - Returns: The number of bytes; 0 at the end of the file.
  package func readSome(into bytes: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
    while true {
      do throws(SystemError) {
        return try repeated { read(number, bytes.baseAddress, bytes.count) }
      } catch {
        guard error == .wouldBlock else { throw error }
        wait(for: POLLIN)
      }
    }
  }

  /// Reads from an offset until `bytes` is full or the file ends.
  ///
  /// - Returns: The number of bytes.
  package func fill(_ bytes: UnsafeMutableRawBufferPointer, at offset: Int) throws(SystemError) -> Int {
    var filled = 0
    while filled < bytes.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[filled...])
      let count = try repeated { pread(number, rest.baseAddress, rest.count, off_t(offset + filled)) }
      if count == 0 { break }
      filled += count
    }
    return filled
  }

  /// Writes all bytes in as many calls as needed.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      do throws(SystemError) {
        let part = UnsafeRawBufferPointer(rebasing: rest)
        rest = rest.dropFirst(try repeated { systemWrite(number, part.baseAddress, part.count) })
      } catch {
        guard error == .wouldBlock else { throw error }
        wait(for: POLLOUT)
      }
    }
  }

  /// Writes all bytes at an offset. On failure the file may contain a part of them.
  package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(SystemError) {
    var written = 0
    while written < bytes.count {
      let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
      let count = try repeated { pwrite(number, rest.baseAddress, rest.count, off_t(offset + written)) }
      // A device that accepts no bytes and reports no error would make this loop run forever.
      guard count > 0 else { throw .inputOutput }
      written += count
    }
  }

  /// Flushes the contents to disk.
  package func synchronize() throws(SystemError) { try FileSystemCalls.system.flush(number) }

  package func truncate(to byteCount: Int) throws(SystemError) {
    _ = try repeated { ftruncate(number, off_t(byteCount)) }
  }

  /// Tries to take an exclusive lock on the file.
  ///
  /// - Returns: False if another process holds the lock.
  package func tryLock() -> Bool {
    while flock(number, LOCK_EX | LOCK_NB) != 0 {
      // A file system without locks never excludes another process.
      guard errno == EINTR else { return errno != EWOULDBLOCK }
    }
    return true
  }

  package var isTerminal: Bool { isatty(number) == 1 }

  /// The width of a terminal's window in columns; nil if the descriptor is not a terminal or the width is unknown.
  package var windowWidth: Int? {
    var size = winsize()
    guard ioctl(number, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }

  private func wait(for event: some BinaryInteger) {
    var request = pollfd(fd: number, events: Int16(truncatingIfNeeded: event), revents: 0)
    // Whatever ends the wait, the next call reports it.
    _ = poll(&request, 1, -1)
  }
}

/// Opens a file without a name for reading and writing, which is deleted when the process ends, however that happens.
package func openUnnamedFile(inFolder folder: String, prefix: String) throws(SystemError) -> FileDescriptor {
  // The system call replaces six trailing letters X by a random name.
  var name = Array("\(folder)/\(prefix)\(String(repeating: "X", count: 6))".utf8CString)
  let number = try repeated { mkstemp(&name) }
  unlink(name)
  return FileDescriptor(number)
}

// Inside the type, the names of the C functions refer to its methods.
private func systemOpen(_ path: String, _ flags: CInt) -> CInt { open(path, flags, 0o666) }
private func systemClose(_ number: CInt) -> CInt { close(number) }
private func systemWrite(_ number: CInt, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  write(number, bytes, count)
}

/// Repeats a system call as long as signals interrupt it.
private func repeated<Result: SignedInteger>(_ call: () -> Result) throws(SystemError) -> Result {
  while true {
    let result = call()
    if result >= 0 { return result }
    let code = errno
    guard code == EINTR else { throw SystemError(number: code) }
  }
}
