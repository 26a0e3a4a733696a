internal import RecurrentEngine

/// Training-state tensors of one kind in a checkpoint: the optimizer's, the carried state's, or the best model's.
struct StateSummary: Encodable {
  /// Prefix of the tensor names, up to the first dot.
  var name: String
  var tensorCount: Int
  var byteCount: Int
}

extension StateSummary {
  /// Returns a summary for each kind of tensor besides those of the model, in the order of the file.
  static func all(in file: borrowing SafetensorsFile, besides names: [String]) -> [StateSummary] {
    let model = Set(names + names.map(WeightFormat.scaleName))
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
