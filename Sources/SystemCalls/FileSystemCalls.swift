internal import CLibrary

/// The system calls used to read and save checkpoints, as values, so that a test can make any of them fail.
package struct FileSystemCalls: Sendable {
  package enum OpenPurpose: Sendable {
    case reading
    /// A new file; the call fails if one exists. The process's umask applies to the permissions.
    case creating(permissions: UInt16)
    /// A new file, or an existing one, which is emptied.
    case overwriting(permissions: UInt16)
    /// A folder, in order to flush it.
    case folder
  }

  package let processIdentifier: CInt
  package var openFile: @Sendable (_ path: String, _ purpose: OpenPurpose) throws(SystemError) -> CInt
  package var closeFile: @Sendable (_ descriptor: CInt) throws(SystemError) -> Void
  package var statusOfFile: @Sendable (_ descriptor: CInt) throws(SystemError) -> FileStatus
  /// Follows symbolic links.
  package var statusOfPath: @Sendable (_ path: String) throws(SystemError) -> FileStatus
  /// Reads the target of a symbolic link; fails for anything else.
  package var readLink: @Sendable (_ path: String) throws(SystemError) -> String
  /// Returns the number of bytes read: fewer than requested is not an error, and zero means the end of the file.
  package var readBytes:
    @Sendable (_ descriptor: CInt, _ bytes: UnsafeMutableRawBufferPointer, _ offset: Int) throws(SystemError) -> Int
  /// Returns the number of bytes written: fewer than requested is not an error.
  package var writeBytes:
    @Sendable (_ descriptor: CInt, _ bytes: UnsafeRawBufferPointer, _ offset: Int) throws(SystemError) -> Int
  package var setPermissions: @Sendable (_ descriptor: CInt, _ permissions: UInt16) throws(SystemError) -> Void
  package var flushFile: @Sendable (_ descriptor: CInt) throws(SystemError) -> Void
  package var renameFile: @Sendable (_ path: String, _ newPath: String) throws(SystemError) -> Void
  package var removeFile: @Sendable (_ path: String) throws(SystemError) -> Void
}

extension FileSystemCalls {
  /// The calls of the operating system.
  package static let system = FileSystemCalls(
    processIdentifier: getpid(),
    openFile: { (path, purpose) throws(SystemError) in
      switch purpose {
      case .reading:
        // Without O_NONBLOCK, opening a named pipe would block until another process opens it for writing.
        try checked(open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK))
      case .creating(let permissions):
        try checked(open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_t(permissions)))
      case .overwriting(let permissions):
        try checked(open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode_t(permissions)))
      case .folder:
        try checked(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC))
      }
    },
    closeFile: { (descriptor) throws(SystemError) in _ = try checked(close(descriptor)) },
    statusOfFile: { (descriptor) throws(SystemError) in
      var information = stat()
      _ = try checked(fstat(descriptor, &information))
      return FileStatus(information)
    },
    statusOfPath: { (path) throws(SystemError) in
      var information = stat()
      _ = try checked(stat(path, &information))
      return FileStatus(information)
    },
    readLink: { (path) throws(SystemError) in
      var text = [CChar](repeating: 0, count: Int(PATH_MAX))
      let count = try checked(readlink(path, &text, text.count))
      return String(decoding: text[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
    },
    readBytes: { (descriptor, bytes, offset) throws(SystemError) in
      try checked(pread(descriptor, bytes.baseAddress, bytes.count, off_t(offset)))
    },
    writeBytes: { (descriptor, bytes, offset) throws(SystemError) in
      try checked(pwrite(descriptor, bytes.baseAddress, bytes.count, off_t(offset)))
    },
    setPermissions: { (descriptor, permissions) throws(SystemError) in
      _ = try checked(fchmod(descriptor, mode_t(permissions)))
    },
    flushFile: { (descriptor) throws(SystemError) in
      #if canImport(Darwin)
      // On Darwin, fsync stops at the drive's cache; not every file system supports F_FULLFSYNC.
      if fcntl(descriptor, F_FULLFSYNC) == 0 { return }
      #endif
      _ = try checked(fsync(descriptor))
    },
    renameFile: { (path, newPath) throws(SystemError) in _ = try checked(rename(path, newPath)) },
    removeFile: { (path) throws(SystemError) in _ = try checked(unlink(path)) }
  )
}

private func checked<Result: SignedInteger>(_ result: Result) throws(SystemError) -> Result {
  guard result >= 0 else { throw SystemError(number: errno) }
  return result
}
