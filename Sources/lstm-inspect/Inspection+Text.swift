internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

extension Inspection {
  private static let labelWidth = 12

  /// Returns the inspection as text, in lines of at most `width` columns unless a word is longer.
  func text(width: Int) -> String {
    let width = min(max(width, 60), 120)
    let rows = [
      (
        "file",
        "\(file), \(NumberText.byteSize(byteCount)), \(weights) weights, format \(formatVersion)"
          + (checksum.map { ", CRC-32C " + $0 } ?? "")
      ),
      ("model", modelText),
      ("training", trainingText),
      ("vocabulary", vocabularyText),
      ("reached", reachedText),
      ("resuming", canResume ? "training can be resumed from this file" : "no: the file has the model only"),
      ("memory", "\(bytes(memory.sampling)) for generating a text, \(bytes(memory.training)) for training"),
    ]
    let lines = rows.flatMap { label, text in
      let text = TerminalText.escaped(text)
      return Self.row(
        label, TerminalText.wrapped(text, width: width, indent: Self.labelWidth, hangingIndent: Self.labelWidth))
    }
    let remarks = (remarks + stateLines).flatMap { TerminalText.wrapped($0, width: width) }
    return (lines + Self.row("repeat by", command(width: width)) + [""] + tensorTable + remarks)
      .map { $0 + "\n" }.joined()
  }

  /// Returns the lines with the label at the start of the first one.
  private static func row(_ label: String, _ lines: [String]) -> [String] {
    guard let first = lines.first else { return [] }
    return [padded(label, labelWidth) + first.dropFirst(labelWidth)] + lines.dropFirst()
  }

  /// Returns the command that repeats the run, in lines that a shell joins.
  private func command(width: Int) -> [String] {
    let text = ShellCommand.text(["lstm-train"] + arguments + ["corpus.txt"])
    return ShellCommand.wrapped(
      TerminalText.escaped(text), width: width, indent: Self.labelWidth, hangingIndent: Self.labelWidth)
  }

  private var modelText: String {
    "\(configuration.cell.title), \(NumberText.plain(model.layerCount, "layer")) of "
      + "\(NumberText.plain(model.hiddenSize, "unit"))\(shape.extrasText), "
      + NumberText.counted(model.parameterCount, "parameter")
  }

  private var shape: ModelConfiguration { configuration.modelConfiguration(vocabularySize: vocabulary.size) }

  private var trainingText: String {
    "\(configuration.optimizer.kind.rawValue), learning rate \(NumberText.shortest(configuration.optimizer.learningRate)), "
      + "\(NumberText.plain(configuration.batchSize, "stream")) of "
      + "\(NumberText.plain(configuration.chunkLength, "step")), "
      + (configuration.clip.map { "gradient clipped at \(NumberText.shortest($0))" } ?? "gradient not clipped")
      + ", seed \(configuration.initialization.seed)"
      + (configuration.division.records.map { "; each \($0.recordName) is a separate text" } ?? "")
  }

  private var vocabularyText: String {
    "\(NumberText.plain(vocabulary.size, vocabulary.unit.rawValue)): \(vocabulary.listing)"
      + (vocabulary.foldedKinds.map { " (unknown: \(NumberText.counted($0, "folded kind")))" } ?? "")
  }

  private var reachedText: String {
    let unit = vocabulary.unit.rawValue
    let place = "step \(reached.step), epoch \(NumberText.fixed(reached.epoch, decimals: 2))"
    func loss(_ nats: Double, _ bits: Double) -> String {
      "validation loss \(NumberText.fixed(nats, decimals: 4)) nats, "
        + "\(NumberText.fixed(bits, decimals: 4)) bits per \(unit)"
    }
    if let nats = reached.validationLoss, let bits = reached.validationBits {
      return "\(place): \(loss(nats, bits)) (\(selected))"
    }
    if let best = reached.best {
      return "\(place) (the newest model; the best was that of step \(best.step): "
        + "\(loss(best.validationLoss, best.validationBits)))"
    }
    return "\(place) (the newest model: "
      + (configuration.holdsOut ? "there was no validation yet)" : "there was no validation set)")
  }

  private func bytes(_ count: Int?) -> String { count.map(NumberText.byteSize) ?? "more than can be addressed" }
}

// MARK: Tensors

extension Inspection {
  private var tensorTable: [String] {
    var rows = [["tensor", "shape", "count", "mean", "std", "min", "max"]]
    rows += tensors.map { tensor in
      [tensor.name, tensor.shape.map(String.init).joined(separator: " × "), NumberText.grouped(tensor.count)]
        + [tensor.mean, tensor.standardDeviation, tensor.minimum, tensor.maximum].map { value in
          value.map { NumberText.fixed($0, decimals: 4) } ?? "-"
        }
    }
    rows.append(["all", "", NumberText.grouped(tensors.reduce(0) { $0 + $1.count }), "", "", "", ""])
    let widths = rows[0].indices.map { column in
      rows.map { TerminalText.columnCount($0[column]) }.max() ?? 0
    }
    return rows.map { row in
      var line = padded(row[0], widths[0])
      for (cell, width) in zip(row, widths).dropFirst() {
        line += "  " + String(repeating: " ", count: width - TerminalText.columnCount(cell)) + cell
      }
      while line.hasSuffix(" ") { line.removeLast() }
      return line
    }
  }

  private var stateLines: [String] {
    trainingState.map { state in
      let purpose =
        switch state.name {
        case "optimizer": "optimizer state"
        case "state": "recurrent state of each stream"
        case "best": "the best model; the one above is the newest"
        case "initial": "the initial model of the run"
        default: "unknown"
        }
      return "\(TerminalText.escaped(state.name)): \(NumberText.counted(state.tensorCount, "tensor")), "
        + "\(NumberText.byteSize(state.byteCount)): \(purpose)"
    }
  }

  private var remarks: [String] {
    let count = tensors.reduce(0) { $0 + $1.count }
    let unused =
      count == model.parameterCount
      ? []
      : [
        "\(NumberText.grouped(model.parameterCount)) of them are learned; "
          + "the others are zeros, as PyTorch has one more bias than is needed"
      ]
    let initial = initialChecksum.map { "the run began with the weights of the checkpoint with CRC-32C \($0)" }
    let change = reached.lengthChangeStep.map {
      "the run was resumed after step \($0) with another length, which the command above does not repeat"
    }
    return unused + [initial, change].compactMap(\.self) + warnings
  }

  private var warnings: [String] {
    tensors.filter { $0.nonFiniteCount > 0 }.map { tensor in
      "\(tensor.name): \(NumberText.counted(tensor.nonFiniteCount, "number")) NaN or infinite, "
        + "and left out above"
    }
  }
}

private func padded(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - TerminalText.columnCount(text)))
}

extension TrainingConfiguration {
  fileprivate var holdsOut: Bool {
    validationFraction > 0 || division.hasValidationText || division.validationRecordCount != nil
  }
}
