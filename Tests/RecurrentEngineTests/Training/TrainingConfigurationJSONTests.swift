import Foundation
import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

@Suite struct TrainingConfigurationJSONTests {
  private let configuration = TrainingConfiguration(malformedUTF8: .skip, clip: nil)

  @Test func isKeptByJSON() throws {
    let data = try JSONEncoder().encode(configuration)
    #expect(try JSONDecoder().decode(TrainingConfiguration.self, from: data) == configuration)
  }

  /// Older checkpoints have no such key, and runs without regularization do not write it.
  @Test func noRegularizationIsNotWritten() throws {
    let plain = try String(decoding: JSONEncoder().encode(configuration), as: UTF8.self)
    #expect(!plain.contains("regularization"))
    #expect(try JSONDecoder().decode(TrainingConfiguration.self, from: Data(plain.utf8)) == configuration)
    var regularized = configuration
    regularized.regularization = Regularization(dropout: 0.25, dropoutMask: .sequence)
    let data = try JSONEncoder().encode(regularized)
    #expect(try JSONDecoder().decode(TrainingConfiguration.self, from: data) == regularized)

    // One of its members may be missing, too.
    var object = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    object["regularization"] = ["inputDropout": 0.5]
    regularized.regularization = Regularization(inputDropout: 0.5)
    let partial = try JSONSerialization.data(withJSONObject: object)
    #expect(try JSONDecoder().decode(TrainingConfiguration.self, from: partial) == regularized)
  }

  /// Older checkpoints have no such key, and plain layers do not write it.
  @Test(arguments: [Connection.plain, .residual, .leaky(0.125), .highway, .gated])
  func plainConnectionsAreNotWritten(connection: Connection) throws {
    var connected = configuration
    connected.connection = connection
    let data = try JSONEncoder().encode(connected)
    let object = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    let written = object["connection"] as? [String: Any]
    #expect(written?["kind"] as? String == (connection == .plain ? nil : connection.kind.rawValue))
    #expect(written?["leak"] as? Double == connection.leak)
    #expect(try JSONDecoder().decode(TrainingConfiguration.self, from: data) == connected)
    let shape = connected.modelConfiguration(vocabularySize: 5)
    #expect(shape.connection == connection)
  }

  @Test func malformedTextIsAnErrorWhereNothingIsSaid() throws {
    let data = try JSONEncoder().encode(configuration)
    var object = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(object.removeValue(forKey: "malformedUTF8") as? String == "skip")
    let older = try JSONDecoder().decode(
      TrainingConfiguration.self, from: JSONSerialization.data(withJSONObject: object))
    var expected = configuration
    expected.malformedUTF8 = .error
    #expect(older == expected)

    object["malformedUTF8"] = "nonsense"
    let wrong = try JSONSerialization.data(withJSONObject: object)
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(TrainingConfiguration.self, from: wrong) }
  }

  /// Only a run that divides its text differently writes the key, so the files of other runs are unchanged.
  @Test func theDivisionIsSaidWhereThereIsOne() throws {
    let plain = try JSONSerialization.jsonObject(with: JSONEncoder().encode(configuration)) as? [String: Any]
    #expect(plain?.keys.contains("division") == false)
    var divided = configuration
    divided.division.split = .interleaved
    divided.division.testFraction = 0.25
    let data = try JSONEncoder().encode(divided)
    #expect(String(decoding: data, as: UTF8.self).contains("interleaved"))
    #expect(try JSONDecoder().decode(TrainingConfiguration.self, from: data) == divided)
  }
}
