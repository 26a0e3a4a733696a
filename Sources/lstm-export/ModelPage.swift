#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// A self-contained HTML page with models and the scripts that run them.
struct ModelPage {
  struct Model {
    let name: String
    /// The bytes of an int8 checkpoint.
    let bytes: [UInt8]
  }

  let models: [Model]

  /// - Throws: Nothing that a checkpoint can cause.
  func html() throws -> String {
    let parts = [
      "/* page.css */": text(PackageResources.page_css),
      "/* scripts */": Self.scripts.map(text).joined(separator: "\n"),
      "/* models */": try json(),
    ]
    let lines = text(PackageResources.page_html).split(separator: "\n", omittingEmptySubsequences: false)
    return lines.map { parts[String($0.drop(while: \.isWhitespace))] ?? String($0) }.joined(separator: "\n")
  }

  /// The scripts in the order of their dependencies.
  private static let scripts = [
    PackageResources.float32_js, PackageResources.random_js, PackageResources.safetensors_js,
    PackageResources.products_js, PackageResources.cells_js, PackageResources.model_js, PackageResources.sampler_js,
    PackageResources.writer_js, PackageResources.quantities_js, PackageResources.text_js, PackageResources.bars_js,
    PackageResources.trace_js, PackageResources.panel_js, PackageResources.settings_js, PackageResources.page_js,
  ]

  private func json() throws -> String {
    let entries = models.map { ["name": $0.name, "data": Data($0.bytes).base64EncodedString()] }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(entries), as: UTF8.self)
    // In a name, "</script>" would end the element.
    return text.replacing("<", with: "\\u003c")
  }

  private func text(_ resource: [UInt8]) -> String { String(decoding: resource, as: UTF8.self) }
}
