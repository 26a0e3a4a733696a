/// Atomic, durable file replacement: at every moment the path names the whole old file or the whole new one, even if
/// the machine crashes.
package enum DurableFile {
  /// Writes a new file and replaces the one at `path` with it.
  ///
  /// The contents are written to a temporary file in the same folder, flushed to disk, and renamed in one step; the
  /// folder is flushed too. If `path` is a symbolic link, its target is replaced and the link stays. An existing file's
  /// permissions are kept. On failure the old file is unchanged and the temporary file is removed; only if flushing the
  /// folder fails is the new file already in place.
  ///
  /// - Throws: `cannotCreate` before anything is written, `writeFailed` after that, and any error of `contents`.
  package static func write(
    to path: String,
    calls: FileSystemCalls = .system,
    contents: (inout Sink) throws(FileError) -> Void
  ) throws(FileError) {
    let target: String
    let temporary: String
    let descriptor: CInt
    do throws(SystemError) {
      target = try resolveLinks(path, calls: calls)
      temporary = "\(target).tmp-\(calls.processIdentifier)"
      let permissions = try permissionsOfFile(at: target, calls: calls)
      descriptor = try create(temporary, permissions: permissions ?? 0o644, calls: calls)
      // The process's umask may have removed some permissions. If restoring them fails, the file is less accessible, no
      // worse.
      if let permissions { try? calls.setPermissions(descriptor, permissions) }
    } catch {
      throw .cannotCreate(path: path, error)
    }

    var isOpen = true
    do throws(FileError) {
      var sink = Sink(path: path, descriptor: descriptor, calls: calls)
      try contents(&sink)
      try reportingFailure(to: path) { () throws(SystemError) in
        try calls.flush(descriptor)
        isOpen = false
        try calls.closeDescriptor(descriptor)
        try calls.renameFile(temporary, target)
      }
    } catch {
      if isOpen { try? calls.closeDescriptor(descriptor) }
      try? calls.removeFile(temporary)
      throw error
    }
    try reportingFailure(to: path) { () throws(SystemError) in try flushFolder(folder(of: target), calls: calls) }
  }

  private static func resolveLinks(_ path: String, calls: FileSystemCalls) throws(SystemError) -> String {
    // Without this check, the temporary file would be created in the current folder.
    guard !path.isEmpty else { throw .notFound }
    var resolved = path
    for _ in 0..<40 {
      // For anything but a link this fails; other problems of the path show at its next use.
      guard let link = try? calls.readLink(resolved) else { return resolved }
      resolved = link.utf8.first == UInt8(ascii: "/") ? link : "\(folder(of: resolved))/\(link)"
    }
    throw .tooManyLinks
  }

  /// Returns the permissions of a regular file, or nil if it does not exist.
  private static func permissionsOfFile(
    at path: String, calls: FileSystemCalls
  ) throws(SystemError) -> UInt16? {
    let status: FileStatus
    do throws(SystemError) {
      status = try calls.statusOfPath(path)
    } catch {
      guard error == .notFound else { throw error }
      return nil
    }
    switch status.kind {
    case .regular: return status.permissions
    case .directory: throw .isDirectory
    // Renaming over a device or a pipe would remove it for every other process.
    case .other: throw .notSupported
    }
  }

  private static func create(
    _ path: String, permissions: UInt16, calls: FileSystemCalls
  ) throws(SystemError) -> CInt {
    do throws(SystemError) {
      return try calls.openDescriptor(path, for: .creating(permissions: permissions))
    } catch {
      guard error == .exists else { throw error }
      // Left by a killed process with the same process identifier, as happens in containers.
      try calls.removeFile(path)
      return try calls.openDescriptor(path, for: .creating(permissions: permissions))
    }
  }

  private static func flushFolder(_ folder: String, calls: FileSystemCalls) throws(SystemError) {
    do throws(SystemError) {
      let descriptor = try calls.openDescriptor(folder, for: .folder)
      defer { try? calls.closeDescriptor(descriptor) }
      try calls.flush(descriptor)
    } catch {
      // A folder that is writable but not readable cannot be opened, and some network file systems cannot flush one.
      guard [.accessDenied, .invalidArgument, .notSupported].contains(error) else { throw error }
    }
  }

  fileprivate static func reportingFailure(
    to path: String, _ body: () throws(SystemError) -> Void
  ) throws(FileError) {
    do throws(SystemError) {
      try body()
    } catch {
      throw .writeFailed(path: path, error)
    }
  }

}

extension DurableFile {
  /// The destination of a new file's contents.
  package struct Sink {
    fileprivate let path: String
    fileprivate let descriptor: CInt
    fileprivate let calls: FileSystemCalls

    /// The number of appended bytes.
    package private(set) var byteCount = 0

    package mutating func append<Element: BitwiseCopyable>(_ elements: [Element]) throws(FileError) {
      try elements.withUnsafeBufferPointer { (buffer) throws(FileError) in
        let bytes = UnsafeRawBufferPointer(buffer)
        try write(bytes, at: byteCount)
        byteCount += bytes.count
      }
    }

    /// Overwrites bytes that were appended before.
    package func overwrite(_ bytes: [UInt8], at offset: Int) throws(FileError) {
      try bytes.withUnsafeBufferPointer { (buffer) throws(FileError) in
        try write(UnsafeRawBufferPointer(buffer), at: offset)
      }
    }

    private func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(FileError) {
      try DurableFile.reportingFailure(to: path) { () throws(SystemError) in
        try calls.write(descriptor, bytes, at: offset)
      }
    }
  }
}
