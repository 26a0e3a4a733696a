import Foundation
import Testing

@testable import RecurrentEngine

@Suite struct TrainingConfigurationJSONTests {
  private let configuration = TrainingConfiguration(malformedUTF8: .skip, clip: nil)

  @Test func isKeptByJSON() throws {
    let data = try JSONEncoder().encode(configuration)
    #expect(try JSONDecoder().decode(TrainingConfiguration.self, from: data) == configuration)
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
}
