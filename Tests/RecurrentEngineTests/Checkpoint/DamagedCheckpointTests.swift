import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

/// Tests of damaged and inconsistent checkpoints.
extension CheckpointTests {
  struct Tensor {
    var name: String
    var shape: [Int]
    var values: [Float]
  }

  /// Rewrites the file with other tensors or metadata.
  func rewrite(_ change: (_ tensors: inout [Tensor], _ metadata: inout [String: String]) -> Void) throws {
    let file = try SafetensorsFile(path: path)
    var tensors: [Tensor] = []
    for name in file.names {
      tensors.append(Tensor(name: name, shape: file.shape(of: name) ?? [], values: try file.tensor(named: name)))
    }
    var metadata = file.metadata
    change(&tensors, &metadata)
    try SafetensorsFile.write(
      tensors.map { SafetensorsTensor($0.name, shape: $0.shape, values: $0.values) }, metadata: metadata, to: path)
  }

  private static let tensorNames =
    (0..<2).flatMap { layer in
      ["weight_ih", "weight_hh", "bias_ih", "bias_hh"].map { "rnn.\($0)_l\(layer)" }
    } + ["decoder.weight", "decoder.bias"]

  @Test(arguments: tensorNames)
  func aMissingTensorIsNamed(name: String) throws {
    try makeCheckpoint(.lstm()).write(to: path)
    try rewrite { tensors, _ in tensors.removeAll { $0.name == name } }
    #expect(throws: CheckpointError.damaged(path: path, .missingTensor(name))) { try Checkpoint(path: path) }
  }

  @Test(arguments: tensorNames)
  func aTensorOfAnotherShapeIsNamed(name: String) throws {
    try makeCheckpoint(.lstm()).write(to: path)
    let original = try folder.bytes(of: "checkpoint.bin")
    let expected = try #require(try SafetensorsFile(path: path).shape(of: name))
    let count = expected.reduce(1, *)
    for shape in [[count, 1], [1] + expected.reversed(), [count + 1], [], [0]] {
      try folder.write(original, to: "checkpoint.bin")
      try rewrite { tensors, _ in
        for index in tensors.indices where tensors[index].name == name {
          tensors[index].shape = shape
          tensors[index].values = [Float](repeating: 1, count: shape.reduce(1, *))
        }
      }
      // The output layer is smaller than the vocabulary, so reading of the characters stops early.
      let error: CheckpointError.Damage =
        name == "decoder.bias" && shape.reduce(1, *) < 9
        ? .metadata("vocabulary") : .tensorShape(shape, tensor: name, expected: expected)
      #expect(throws: CheckpointError.damaged(path: path, error)) { try Checkpoint(path: path) }
    }
  }

  @Test func aTensorOfAnotherTypeIsNamed() throws {
    try makeCheckpoint(.rnn()).write(to: path)
    let file = try SafetensorsFile(path: path)
    var tensors: [SafetensorsTensor] = []
    for name in file.names {
      let (shape, values) = (file.shape(of: name) ?? [], try file.tensor(named: name))
      tensors.append(
        name == "decoder.bias"
          ? SafetensorsTensor(name, shape: shape, values: values.map(Double.init))
          : SafetensorsTensor(name, shape: shape, values: values))
    }
    try SafetensorsFile.write(tensors, metadata: file.metadata, to: path)
    #expect(
      throws: CheckpointError.damaged(path: path, .elementType("F64", tensor: "decoder.bias", expected: "F32"))
    ) { try Checkpoint(path: path) }
  }

  @Test(arguments: [
    ("format_version", ["", "one", "-1", "1.0", "0", "+1", "01", "99999999999999999999"]),
    (
      "configuration",
      ["", "{}", "[]", "null", #"{"cell":"lstm"}"#, #"{"hiddenSize":0}"#, #"{"hiddenSize":-1}"#]
    ),
    (
      "vocabulary",
      ["", "[]", "{}", #"["b","a"]"#, #"["a","a"]"#, #"["ab"]"#, "[97,98]", #"["a",1]"#, #"["a"] "b""#]
    ),
    (
      "progress",
      [
        "", "{}", "3", #"{"step":"3","epoch":1}"#, #"{"step":-1,"epoch":1}"#, #"{"step":1,"epoch":-1}"#,
        #"{"step":1,"epoch":1e999}"#, #"{"step":1,"step":1,"epoch":1}"#,
      ]
    ),
    ("selected", ["", "Best", "worst"]),
    ("start_character", ["", "-1", "9", "2147483648", "9223372036854775807", "a"]),
  ])
  func brokenMetadataIsNamed(key: String, texts: [String]) throws {
    try makeCheckpoint(.gru()).write(to: path)
    let original = try folder.bytes(of: "checkpoint.bin")
    for text in texts + [nil] {
      try folder.write(original, to: "checkpoint.bin")
      try rewrite { _, metadata in metadata[key] = text }
      #expect(throws: CheckpointError.damaged(path: path, .metadata(key)), "\(text ?? "missing")") {
        try Checkpoint(path: path)
      }
    }
  }

  /// Sizes that cannot be allocated, and sizes of another model, are refused.
  @Test func sizesThatAreNotTheTensorsAreRefused() throws {
    var checkpoint = try makeCheckpoint(.lstm())
    for hiddenSize in [0, -1, .min, ModelConfiguration.maximumSize + 1, .max] {
      checkpoint.training.hiddenSize = hiddenSize
      try checkpoint.write(to: path)
      #expect(throws: CheckpointError.damaged(path: path, .metadata("configuration"))) { try Checkpoint(path: path) }
    }
    for hiddenSize in [20, 22, ModelConfiguration.maximumSize] {
      checkpoint.training.hiddenSize = hiddenSize
      try checkpoint.write(to: path)
      let error = CheckpointError.Damage.tensorShape(
        [84, 9], tensor: "rnn.weight_ih_l0", expected: [4 * hiddenSize, 9])
      #expect(throws: CheckpointError.damaged(path: path, error)) { try Checkpoint(path: path) }
    }
    checkpoint.training.hiddenSize = 21
    checkpoint.training.layerCount = 3
    try checkpoint.write(to: path)
    #expect(throws: CheckpointError.damaged(path: path, .missingTensor("rnn.weight_ih_l2"))) {
      try Checkpoint(path: path)
    }
  }

  /// Values that no tool accepts, and duplicate members, are refused.
  @Test(arguments: [
    (#""batchSize":13"#, [#""batchSize":0"#, #""batchSize":-13"#, #""batchSize":9223372036854775807"#]),
    (#""chunkLength":17"#, [#""chunkLength":0"#, #""chunkLength":4294967296"#, #""chunkLength":17.5"#]),
    (#""learningRate":0.1"#, [#""learningRate":-1"#, #""learningRate":1e999"#, #""learningRate":"0.1""#]),
    (#""beta1":0.9"#, [#""beta1":1"#, #""beta1":-0.1"#]),
    (#""epsilon":1e-08"#, [#""epsilon":0"#]),
    (#""validationFraction":0.1"#, [#""validationFraction":1"#, #""validationFraction":-0.5"#]),
    (
      #""unit":"character""#,
      [
        #"{"readsLines":true,"split":"tail","testFraction":-1}"#,
        #"{"readsLines":true,"split":"tail","testFraction":0.9}"#,
        #"{"readsLines":true,"split":"head","testFraction":0}"#, #"{"readsLines":7,"split":"tail","testFraction":0}"#,
        #"{"readsLines":true,"split":"tail","testFraction":0,"validationLineCount":0}"#,
      ].map {
        #""unit":"character","division":\#($0.dropLast()),"hasValidationText":false,"hasTestText":false}"#
      }
    ),
    (#""forgetBias":1"#, [#""forgetBias":1e39"#]),
    (#""unit":"character""#, [#""unit":"word""#, #""unit":"character","unit":"character""#]),
    (
      #""layerCount":2"#,
      [
        #""layerCount":2,"more":\#(String(repeating: "[", count: 16) + String(repeating: "]", count: 16))"#,
        #""layerCount":2,"#,
      ]
    ),
  ])
  func impossibleConfigurations(member: String, replacements: [String]) throws {
    try makeCheckpoint(.lstm()).write(to: path)
    let original = try folder.bytes(of: "checkpoint.bin")
    let configuration = try #require(try SafetensorsFile(path: path).metadata["configuration"])
    try #require(configuration.contains(member), "\(configuration)")
    for replacement in replacements {
      try folder.write(original, to: "checkpoint.bin")
      try rewrite { _, metadata in
        metadata["configuration"] = configuration.replacing(member, with: replacement)
      }
      #expect(throws: CheckpointError.damaged(path: path, .metadata("configuration")), "\(replacement)") {
        try Checkpoint(path: path)
      }
    }
  }

  /// A later version may add members about the training.
  @Test func unknownMembersAreIgnored() throws {
    let checkpoint = try makeCheckpoint(.lstm())
    try checkpoint.write(to: path)
    try rewrite { _, metadata in
      metadata["configuration"]?.replace("{\"batchSize\"", with: #"{"new":{"a":[1,null,"x"]},"batchSize""#)
      metadata["more"] = "text"
    }
    #expect(try Checkpoint(path: path).training == checkpoint.training)
  }

  /// A single such weight would make every prediction NaN.
  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func weightsThatAreNotFiniteAreRefused(value: Float) throws {
    try makeCheckpoint(.gru(reset: .after)).write(to: path)
    try rewrite { tensors, _ in tensors[2].values[30] = value }
    #expect(throws: CheckpointError.damaged(path: path, .notFinite(tensor: "rnn.bias_ih_l0"))) {
      try Checkpoint(path: path)
    }
  }

  /// The checksum may be missing from a model, which another program may have written, but not from a training state.
  @Test func theStateOfTrainingNeedsAChecksum() throws {
    let checkpoint = try makeCheckpoint(.rnn())
    try checkpoint.write(to: path)
    try withoutChecksum()
    #expect(try bits(Checkpoint(path: path).model) == bits(checkpoint.model))
    try checkpoint.write(to: path)
    try rewrite { tensors, _ in tensors.append(Tensor(name: "state", shape: [1], values: [1])) }
    #expect(try bits(Checkpoint(path: path).model) == bits(checkpoint.model))
    try withoutChecksum()
    #expect(throws: CheckpointError.damaged(path: path, .missingChecksum)) { try Checkpoint(path: path) }
  }

  /// Renames the checksum.
  private func withoutChecksum() throws {
    var bytes = try folder.bytes(of: "checkpoint.bin")
    let name = try #require(bytes.firstRange(of: Array("crc32c".utf8)))
    bytes[name.lowerBound] = UInt8(ascii: "C")
    try folder.write(bytes, to: "checkpoint.bin")
  }

  /// In memory, each unit is padded to sixteen, so a small file could need a lot of memory.
  @Test func manyTimesTheFileInMemoryIsRefused() throws {
    let entries = (0..<200_000).compactMap { Unicode.Scalar(UInt32($0) + 0xE000).map { Array(String($0).utf8) } }
    let vocabulary = try Vocabulary(unit: .character, entries: entries)
    var checkpoint = try makeCheckpoint(.lstm())
    checkpoint.training.hiddenSize = 1
    checkpoint.training.layerCount = 1
    checkpoint.model = try LanguageModel(
      checkpoint.training.modelConfiguration(vocabularySize: vocabulary.count), vocabulary: vocabulary)
    try checkpoint.write(to: path)
    let error = #expect(throws: CheckpointError.self) { try Checkpoint(path: path) }
    guard case .unsupported(path, .padding(let need, let limit)) = error else {
      Issue.record("wrong error: \(String(describing: error))")
      return
    }
    #expect(need > limit)
    #expect(try limit == 2 * folder.bytes(of: "checkpoint.bin").count + 32 << 20)
  }

  @Test func aLaterFormatIsSaidToBeLater() throws {
    try makeCheckpoint(.rnn()).write(to: path)
    try rewrite { _, metadata in metadata["format_version"] = "3" }
    #expect(throws: CheckpointError.newerFormat(path: path, version: 3)) { try Checkpoint(path: path) }
  }
}
