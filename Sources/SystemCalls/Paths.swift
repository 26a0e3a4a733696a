internal import CLibrary

/// Returns the folder that contains the file at a path.
package func folder(of path: String) -> String {
  guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// Returns the last component of a path.
package func name(of path: String) -> String {
  path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[path.utf8.index(after: $0)...]) } ?? path
}

/// Returns a path with all symbolic links resolved, or the path itself if there is no file.
package func resolved(_ path: String) -> String {
  guard let target = realpath(path, nil) else { return path }
  defer { free(target) }
  return String(cString: target)
}

/// Whether anything exists at a path, including a broken symbolic link.
package func isTaken(_ path: String) -> Bool {
  var status = stat()
  return lstat(path, &status) == 0
}

/// Returns the names of all entries of a folder; an empty array if it cannot be read.
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

/// Returns names in the order in which a shell lists them: that of the user's locale.
package func sortedAsByShell(_ names: [String]) -> [String] {
  setlocale(LC_COLLATE, "")
  return names.sorted { first, second in
    let order = strcoll(first, second)
    return order == 0 ? strcmp(first, second) < 0 : order < 0
  }
}

/// Throws the system's error unless the file is writable or, for a folder's path, files can be created in it.
package func checkWritable(_ path: String) throws(SystemError) {
  // The dot makes a file in the place of a folder an error.
  let isFolder = FileStatus(path: path)?.kind == .directory
  guard access(isFolder ? path + "/." : path, isFolder ? W_OK | X_OK : W_OK) == 0 else {
    throw SystemError(number: errno)
  }
}

/// Creates a hard link to a file, replacing any file at the new name.
///
/// - Returns: False if the file system does not support hard links.
package func linkFile(_ path: String, as name: String) -> Bool {
  unlink(name)
  return link(path, name) == 0
}

/// Removes a file if it exists.
package func removeFile(_ path: String) { unlink(path) }
