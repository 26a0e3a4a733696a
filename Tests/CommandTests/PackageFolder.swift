import Foundation

/// Where the sources of the package are.
enum PackageFolder {
  static let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized.path
}
