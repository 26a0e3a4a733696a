import Foundation
import Testing

@testable import RecurrentEngine

extension WorkFolder {
  /// Rewrites the training state of a run with changed contents and the right checksum.
  func rewriteState(
    _ change: (_ tensors: inout [String: [Float]], _ metadata: inout [String: String]) throws -> Void
  ) throws {
    let path = path(of: "checkpoint.last.bin")
    let file = try SafetensorsFile(path: path)
    var tensors: [String: [Float]] = [:]
    for name in file.names { tensors[name] = try file.tensor(named: name) }
    var metadata = file.metadata
    try change(&tensors, &metadata)
    let changed = file.names.map { name in
      SafetensorsTensor(name, shape: file.shape(of: name) ?? [], values: tensors[name] ?? [])
    }
    try SafetensorsFile.write(changed, metadata: metadata, to: path)
  }

  /// Changes the description of the run in the training state.
  func rewriteRun(_ change: (_ run: inout [String: Any]) throws -> Void) throws {
    try rewriteState { _, metadata in
      let text = try #require(metadata["run"])
      var run = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
      try change(&run)
      metadata["run"] = String(decoding: try JSONSerialization.data(withJSONObject: run), as: UTF8.self)
    }
  }
}
