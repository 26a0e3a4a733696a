import Foundation

/// The root folder of the package.
enum PackageFolder {
  static let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized.path
}
