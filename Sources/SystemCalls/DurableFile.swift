/// Replaces files so that at every moment there is the whole old file or the whole new one, even if the machine stops.
package enum DurableFile {
  /// Writes a new file and puts it in the place of the one at `path`.
  ///
  /// The contents go to a temporary file in the same folder, are flushed to disk, and take the name in one step; the
  /// folder is flushed too. A symbolic link stays one: the file that it leads to is replaced. An existing file's
  /// permissions are kept. On failure the old file is as it was and the temporary one is removed; only if it is the
  /// folder that cannot be flushed is the new file already in place.
  ///
  /// - Throws: `cannotCreate` before anything is written, `writeFailed` after that, and what `contents` throws.
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
      // The mask has taken away what it forbids for new files. Failing leaves the file narrower than it was, no more.
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
    // Without this, the temporary file would be made in the current folder.
    guard !path.isEmpty else { throw .notFound }
    var resolved = path
    for _ in 0..<40 {
      // Anything but a link fails here; what is wrong with it, if anything, shows when it is looked at next.
      guard let link = try? calls.readLink(resolved) else { return resolved }
      resolved = link.utf8.first == UInt8(ascii: "/") ? link : "\(folder(of: resolved))/\(link)"
    }
    throw .tooManyLinks
  }

  /// Nil if there is no such file.
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
    // Renaming over a device or a pipe would take it away from everybody else.
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
      // Left by a process of the same number that was killed, as happens in containers.
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
      // A folder that may be written but not read cannot be opened, and some network file systems cannot flush one.
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
  /// Where the contents of a new file go.
  package struct Sink {
    fileprivate let path: String
    fileprivate let descriptor: CInt
    fileprivate let calls: FileSystemCalls

    /// The number of bytes that were appended.
    package private(set) var byteCount = 0

    package mutating func append<Element: BitwiseCopyable>(_ elements: [Element]) throws(FileError) {
      try elements.withUnsafeBufferPointer { (buffer) throws(FileError) in
        let bytes = UnsafeRawBufferPointer(buffer)
        try write(bytes, at: byteCount)
        byteCount += bytes.count
      }
    }

    /// Writes over bytes that were appended before.
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
