internal import RecurrentEngine

/// Tensors of a checkpoint that are no part of its model, but of what going on needs: those of the optimizer, of the
/// carried state, or of the best model.
struct StateSummary: Encodable {
  /// What their names begin with, before the first dot.
  var name: String
  var tensorCount: Int
  var byteCount: Int
}

extension StateSummary {
  /// One for each kind of tensor in the file besides the model's, in the order of the file.
  static func all(in file: borrowing SafetensorsFile, besides model: Set<String>) -> [StateSummary] {
    var summaries: [StateSummary] = []
    var indices: [String: Int] = [:]
    for tensor in file.names where !model.contains(tensor) {
      let name = String(tensor.prefix { $0 != "." })
      let index = indices[name] ?? summaries.endIndex
      if index == summaries.endIndex {
        indices[name] = index
        summaries.append(StateSummary(name: name, tensorCount: 0, byteCount: 0))
      }
      summaries[index].tensorCount += 1
      summaries[index].byteCount += file.byteCount(of: tensor) ?? 0
    }
    return summaries
  }
}
