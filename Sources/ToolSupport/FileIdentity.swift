#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Which regular file a path leads to, however the path is written: `loss.csv`, `./loss.csv`, or a link.
package struct FileIdentity: Equatable {
  private let device: UInt64
  private let inode: UInt64
  /// The name in the folder that the numbers stand for, of a file that does not exist yet.
  private let newName: String?

  /// Nil for what is no regular file, such as `/dev/null`, and for a file whose folder does not exist.
  package init?(path: String) {
    var status = stat()
    if stat(path, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFREG else { return nil }
      newName = nil
    } else {
      guard stat(folder(of: path), &status) == 0 else { return nil }
      newName = path.split(separator: "/").last.map(String.init)
    }
    device = UInt64(truncatingIfNeeded: status.st_dev)
    inode = UInt64(truncatingIfNeeded: status.st_ino)
  }
}

/// The folder that holds what a path names.
package func folder(of path: String) -> String {
  guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// The last part of a path.
package func name(of path: String) -> String {
  path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[path.utf8.index(after: $0)...]) } ?? path
}

/// A path with something before its ending.
package func inserting(_ insertion: String, into path: String) -> String {
  let name = name(of: path)
  let ending = name.dropFirst().lastIndex(of: ".").map { name[$0...] } ?? ""
  return path.dropLast(ending.count) + insertion + ending
}
