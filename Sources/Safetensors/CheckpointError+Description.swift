internal import Checksums
internal import SystemCalls

extension CheckpointError: CustomStringConvertible {
  /// A message of one line: path, problem, remedy.
  public var description: String {
    switch self {
    case .cannotOpen(let path, let error):
      "\(path): cannot open (\(error)); \(error.remedy(.reading))"
    case .readFailed(let path, let error):
      "\(path): cannot read (\(error)); \(error.remedy(.reading))"
    case .notACheckpoint(let path, let reason):
      "\(path): not a checkpoint (\(reason)); give a file that lstm-train wrote"
    case .damaged(let path, let damage):
      "\(path): damaged (\(damage)); use another copy or an earlier checkpoint"
    case .newerFormat(let path, let version):
      "\(path): checkpoint format \(version) is newer than this program; use the version that wrote it"
    case .unsupported(let path, let feature):
      "\(path): not supported (\(feature)); give a file that lstm-train wrote"
    case .tooLarge(let path, let byteCount, let available):
      "\(path): needs \(byteCount) bytes of memory, and \(available) are available; free some, or raise the limit"
    case .noTrainingState(let path):
      "\(path): has no training state; resume from the file that ends in .last.bin, or start a new run from it with "
        + "--init-from"
    case .otherText(let path):
      "\(path): was trained on a different corpus; give that corpus, or start a new run"
    case .cannotCreate(let path, let error):
      "\(path): cannot create (\(error)); \(error.remedy(.writing))"
    case .writeFailed(let path, let error):
      "\(path): cannot write (\(error)); \(error.remedy(.writing))"
    case .notReplaced(let path, let newFile, let error):
      "\(path): cannot replace (\(error)); use \(newFile), which is the complete new file"
    }
  }
}

extension CheckpointError.Unrecognized: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notARegularFile: "a device, pipe or socket, where a file is needed"
    case .tooShort(let byteCount): "\(byteCount) bytes are too short for one"
    case .noHeader: "it does not begin with a safetensors header"
    }
  }
}

extension CheckpointError.Damage: CustomStringConvertible {
  public var description: String {
    switch self {
    case .headerLength(let length, let fileByteCount):
      "its header should have \(length) bytes, but the file has \(fileByteCount)"
    case .malformedJSON(let part, let offset, let expected):
      "byte \(offset) of its \(part) should be \(expected)"
    case .missingField(let field, let tensor):
      "tensor \(quoted(tensor)) has no \(field)"
    case .unknownField(let field, let tensor):
      "tensor \(quoted(tensor)) has an unknown field \(quoted(field))"
    case .tensorSize(let tensor):
      "tensor \(quoted(tensor)) has a shape that its bytes do not fill"
    case .tensorOffsets(let tensor):
      "tensor \(quoted(tensor)) does not begin where the one before it ends"
    case .dataByteCount(let byteCount, let expected):
      "\(byteCount) bytes follow its header, which describes \(expected)"
    case .malformedChecksum:
      "its checksum is not eight hexadecimal digits"
    case .missingChecksum:
      "it contains training state, but no checksum"
    case .checksum(let stored, let computed):
      "its checksum is \(hexadecimal(computed)), but should be \(hexadecimal(stored))"
    case .shrankWhileRead:
      "it became shorter while it was being read"
    case .missingTensor(let tensor):
      "it has no tensor \(quoted(tensor))"
    case .metadata(let key):
      "its \(quoted(key)) is missing or invalid"
    case .elementType(let type, let tensor, let expected):
      "tensor \(quoted(tensor)) holds \(type) where \(expected) is needed"
    case .tensorShape(let shape, let tensor, let expected):
      "tensor \(quoted(tensor)) has the shape \(shape) where \(expected) is needed"
    case .notFinite(let tensor):
      "tensor \(quoted(tensor)) contains NaN or infinity"
    case .quantizedNumber(let tensor):
      "tensor \(quoted(tensor)) contains a number outside of -127 to 127"
    case .scale(let tensor):
      "tensor \(quoted(tensor)) contains a scale that is negative, NaN, infinite or too large"
    }
  }
}

extension CheckpointError.Unsupported: CustomStringConvertible {
  public var description: String {
    switch self {
    case .elementType(let type, let tensor):
      "tensor \(quoted(tensor)) holds elements of type \(quoted(type))"
    case .headerByteCount(let byteCount, let limit):
      "a header of \(byteCount) bytes, with a limit of \(limit)"
    case .memberCount(let part, let limit):
      "its \(part) has more than \(limit) entries"
    case .padding(let byteCount, let limit):
      "padding this hidden size for this vocabulary takes \(byteCount) bytes, with a limit of \(limit)"
    case .quantizedColumns(let count, let limit):
      "a matrix of \(count) columns, where int8 weights have at most \(limit)"
    }
  }
}

/// Returns a name from a file on one line and without control characters, because the file may come from a stranger.
private func quoted(_ name: String) -> String {
  let limit = 60
  var text = ""
  for scalar in name.unicodeScalars.prefix(limit) {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: text += "\\u{\(String(scalar.value, radix: 16))}"
    default: text.unicodeScalars.append(scalar)
    }
  }
  return "'\(text)\(name.unicodeScalars.count > limit ? "…" : "")'"
}

private func hexadecimal(_ checksum: UInt32) -> String {
  String(decoding: checksum.hexadecimalDigits, as: UTF8.self)
}
