import Testing

@testable import Plotting

struct ChartTests {
  private static func run(_ name: String, lossAtEnd: Double, rows: Int = 10) -> LossRun {
    LossRun(
      name: name,
      rows: (1...rows).map { step in
        let loss = lossAtEnd + 1 - Double(step) / Double(rows)
        return LossRun.Row(
          step: step, epoch: Double(step) / 10, characters: step * 100, seconds: Double(step), trainingLoss: loss,
          validationLoss: step % 5 == 0 ? loss + 0.1 : nil)
      })
  }

  @Test func placesAreWithinTheAxes() throws {
    for scale in [Scale.linear, .logarithmic] {
      let chart = Chart([Self.run("a", lossAtEnd: 1), Self.run("b", lossAtEnd: 2)], xScale: scale, yScale: scale)
      let layout = try #require(ChartLayout(chart))
      for point in chart.groups.flatMap(\.lines).flatMap(\.points) {
        let place = layout.place(of: point)
        #expect(place.x >= layout.left - 1e-9 && place.x <= layout.curveEnd + 1e-9)
        #expect(place.y >= layout.top - 1e-9 && place.y <= layout.bottom + 1e-9)
      }
    }
  }

  @Test func lowerLossesAreLower() throws {
    let layout = try #require(ChartLayout(Chart([Self.run("a", lossAtEnd: 1)])))
    #expect(layout.vertical(1.2) > layout.vertical(1.8))
    #expect(layout.horizontal(2) < layout.horizontal(3))
  }

  @Test func labelsDoNotOverlap() throws {
    let runs = [1.0, 1.01, 1.02].enumerated().map { Self.run("run \($0)", lossAtEnd: $1) }
    let labels = try #require(ChartLayout(Chart(runs))).endLabels
    #expect(Set(labels.map(\.text)) == ["run 0", "run 1", "run 2"])
    #expect(zip(labels, labels.dropFirst()).allSatisfy { $1.place.y - $0.place.y >= 15 })
  }

  @Test func labelsThatWouldBeFarFromTheirLinesAreLeftOut() throws {
    let runs = (0..<20).map { Self.run("run \($0)", lossAtEnd: 1) }
    let layout = try #require(ChartLayout(Chart(runs)))
    #expect(layout.endLabels.isEmpty)
    #expect(layout.curveEnd == layout.right)
  }

  @Test func thereIsNothingToDraw() {
    #expect(Chart([]).svg == nil)
    #expect(Chart([LossRun(name: "a", rows: [])]).svg == nil)
    let atStart = LossRun.Row(
      step: 0, epoch: 0, characters: 0, seconds: 0, trainingLoss: 1, validationLoss: nil)
    #expect(Chart([LossRun(name: "a", rows: [atStart])], xScale: .logarithmic).svg == nil)
    #expect(Chart([LossRun(name: "a", rows: [atStart])]).svg != nil)
  }

  @Test func aLongCurveIsASmallFile() throws {
    let svg = try #require(Chart([Self.run("a", lossAtEnd: 1, rows: 200_000)]).svg)
    #expect(svg.utf8.count < 200_000)
  }
}
