#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// The folder that holds the file of a path.
package func folder(of path: String) -> String {
  guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// The last part of a path.
package func name(of path: String) -> String {
  path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[path.utf8.index(after: $0)...]) } ?? path
}

/// The file that a path leads to, through symbolic links; the path itself if there is none.
package func resolved(_ path: String) -> String {
  guard let target = realpath(path, nil) else { return path }
  defer { free(target) }
  return String(cString: target)
}

/// Whether there is anything at a path, if only a symbolic link that leads nowhere.
package func isTaken(_ path: String) -> Bool {
  var status = stat()
  return lstat(path, &status) == 0
}

/// The names of all entries of a folder; none if it cannot be read.
package func entryNames(inFolder path: String) -> [String] {
  guard let stream = opendir(path) else { return [] }
  defer { closedir(stream) }
  var names: [String] = []
  while let entry = readdir(stream) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 1) { String(cString: $0) }
    }
    names.append(name)
  }
  return names
}

/// Fails with the system's reason unless the file may be written, or, with a folder's path, files be created in it.
package func checkWritable(_ path: String) throws(SystemError) {
  // The dot makes a file in the place of a folder an error of its own.
  let isFolder = FileStatus(path: path)?.kind == .directory
  guard access(isFolder ? path + "/." : path, isFolder ? W_OK | X_OK : W_OK) == 0 else {
    throw SystemError(number: errno)
  }
}

/// Gives a file a second name, in place of any file that has it.
///
/// - Returns: False where the file system has no second names.
package func linkFile(_ path: String, as name: String) -> Bool {
  unlink(name)
  return link(path, name) == 0
}

package func renameFile(_ path: String, to newPath: String) throws(SystemError) {
  guard rename(path, newPath) == 0 else { throw SystemError(number: errno) }
}

/// Removes a file, if there is one.
package func removeFile(_ path: String) { unlink(path) }
