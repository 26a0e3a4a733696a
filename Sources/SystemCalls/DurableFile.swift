/// Atomic, durable file replacement: at every moment the path names the whole old file or the whole new one, even if
/// the machine crashes.
package enum DurableFile {
  /// An operation that a file system refuses; the file is written nevertheless.
  package struct Shortcomings: OptionSet, Sendable {
    package let rawValue: Int

    /// It does not rename a file over another one, so the new contents were copied over the old ones.
    package static let renaming = Shortcomings(rawValue: 1)
    /// It does not flush files to disk.
    package static let flushing = Shortcomings(rawValue: 2)

    package init(rawValue: Int) { self.rawValue = rawValue }
  }

  /// The mark in the name of a temporary file, between that of the file and the process identifier.
  package static let temporaryMark = ".tmp-"

  /// Writes a new file and replaces the one at `path` with it.
  ///
  /// The contents are written to a temporary file in the same folder, flushed to disk, and renamed in one step; the
  /// folder is flushed too. If `path` is a symbolic link, its target is replaced and the link stays. An existing file's
  /// permissions are kept. On failure the old file is unchanged and the temporary file is removed; only if flushing the
  /// folder fails is the new file already in place.
  ///
  /// On a file system that refuses to rename, the complete temporary file is copied over the old one. If that fails,
  /// too, the temporary file stays, until the next new file is complete.
  ///
  /// - Throws: `cannotCreate` before anything is written, `writeFailed` after that, any error of `contents`, and
  ///   `notReplaced` if the complete temporary file stays.
  @discardableResult
  package static func write(
    to path: String,
    calls: FileSystemCalls = .system,
    contents: (inout Sink) throws(FileError) -> Void
  ) throws(FileError) -> Shortcomings {
    let target: String
    let new: NewFile
    do throws(SystemError) {
      target = try resolveLinks(path, calls: calls)
      let permissions = try permissionsOfFile(at: target, calls: calls)
      new = try create(beside: target, permissions: permissions ?? 0o644, calls: calls)
      // The process's umask may have removed some permissions. If restoring them fails, the file is less accessible, no
      // worse.
      if let permissions { try? calls.setPermissions(new.descriptor, permissions) }
    } catch {
      throw .cannotCreate(path: path, error)
    }

    var shortcomings = try complete(new, for: path, calls, contents)
    do throws(SystemError) {
      if try !move(new.path, to: target, calls: calls) { shortcomings.insert(.renaming) }
    } catch {
      throw .notReplaced(path: path, newFile: new.path, error)
    }
    try reportingFailure(to: path) { () throws(SystemError) in try flushFolder(folder(of: target), calls: calls) }
    return shortcomings
  }

  /// Renames a file or, on a file system that refuses to, copies it and removes the original.
  ///
  /// - Returns: Whether the file was renamed.
  @discardableResult
  package static func move(
    _ path: String, to newPath: String, calls: FileSystemCalls = .system
  ) throws(SystemError) -> Bool {
    do throws(SystemError) {
      try calls.renameFile(path, newPath)
      return true
    } catch {
      guard error.isRefusal else { throw error }
    }
    try copy(path, over: newPath, calls: calls)
    try? calls.removeFile(path)
    return false
  }

  /// A temporary file that will replace another one.
  private struct NewFile {
    let path: String
    let descriptor: CInt
    /// The other temporary file, which may be the only complete one.
    let earlier: String
  }

  /// Writes, flushes and closes a temporary file. An earlier one is then no longer needed.
  private static func complete(
    _ new: NewFile, for path: String, _ calls: FileSystemCalls, _ contents: (inout Sink) throws(FileError) -> Void
  ) throws(FileError) -> Shortcomings {
    var shortcomings: Shortcomings = []
    var isOpen = true
    do throws(FileError) {
      var sink = Sink(path: path, descriptor: new.descriptor, calls: calls)
      try contents(&sink)
      try reportingFailure(to: path) { () throws(SystemError) in
        if try !flush(new.descriptor, calls: calls) { shortcomings.insert(.flushing) }
        isOpen = false
        try calls.closeDescriptor(new.descriptor)
      }
    } catch {
      if isOpen { try? calls.closeDescriptor(new.descriptor) }
      try? calls.removeFile(new.path)
      throw error
    }
    try? calls.removeFile(new.earlier)
    return shortcomings
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

  /// Creates a temporary file under one of two names. The other one is that of an earlier file that could not be put in
  /// its place, or of a killed process with the same process identifier, as happens in containers.
  private static func create(
    beside target: String, permissions: UInt16, calls: FileSystemCalls
  ) throws(SystemError) -> NewFile {
    let first = "\(target)\(temporaryMark)\(calls.processIdentifier)"
    let names = [first, first + "-2"]
    for (name, other) in [(names[0], names[1]), (names[1], names[0])] {
      do throws(SystemError) {
        let descriptor = try calls.openDescriptor(name, for: .creating(permissions: permissions))
        return NewFile(path: name, descriptor: descriptor, earlier: other)
      } catch {
        guard error == .exists else { throw error }
      }
    }
    try calls.removeFile(names[0])
    let descriptor = try calls.openDescriptor(names[0], for: .creating(permissions: permissions))
    return NewFile(path: names[0], descriptor: descriptor, earlier: names[1])
  }

  /// Copies a complete file over another one, which is missing or incomplete in between.
  private static func copy(_ path: String, over target: String, calls: FileSystemCalls) throws(SystemError) {
    let source = try calls.openDescriptor(path, for: .reading)
    defer { try? calls.closeDescriptor(source) }
    let permissions = try calls.statusOfFile(source).permissions
    // The old file may have other names, such as those of earlier states.
    try? calls.removeFile(target)
    let descriptor = try calls.openDescriptor(target, for: .overwriting(permissions: permissions))
    defer { try? calls.closeDescriptor(descriptor) }
    let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 8)
    defer { piece.deallocate() }
    var offset = 0
    while true {
      let count = try calls.read(source, into: piece, at: offset)
      if count == 0 { break }
      try calls.write(descriptor, UnsafeRawBufferPointer(rebasing: piece[..<count]), at: offset)
      offset += count
    }
    try flush(descriptor, calls: calls)
  }

  /// - Returns: False if the file system does not flush files.
  @discardableResult
  private static func flush(_ descriptor: CInt, calls: FileSystemCalls) throws(SystemError) -> Bool {
    do throws(SystemError) {
      try calls.flush(descriptor)
      return true
    } catch {
      guard error.isRefusal else { throw error }
      return false
    }
  }

  /// Flushes the entries of a folder. One that is writable but not readable cannot be opened, and some network file
  /// systems cannot flush one.
  package static func flushFolder(_ folder: String, calls: FileSystemCalls = .system) throws(SystemError) {
    do throws(SystemError) {
      let descriptor = try calls.openDescriptor(folder, for: .folder)
      defer { try? calls.closeDescriptor(descriptor) }
      try calls.flush(descriptor)
    } catch {
      guard error.isRefusal else { throw error }
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
