internal import CommandLineSupport
internal import Plotting

/// Results of a memory study: the share of keys recalled by each subject at each distance.
struct MemorySummary {
  let subjects: [MemoryStudy.Subject]
  let distances: [Int]
  /// Shares recalled by the runs with the best learning rate, one for each seed, by subject and distance.
  var shares: [MemoryStudy.Subject: [Int: [Double]]] = [:]

  /// Mean share over the seeds from which a distance counts as solved.
  private static let solvedShare = 0.95

  init(subjects: [MemoryStudy.Subject], distances: [Int]) {
    self.subjects = subjects
    self.distances = distances
  }

  private func meanShare(of subject: MemoryStudy.Subject, distance: Int) -> Double? {
    shares[subject]?[distance].flatMap { Sample($0).mean }
  }

  private func isSolved(_ subject: MemoryStudy.Subject, _ distance: Int) -> Bool {
    meanShare(of: subject, distance: distance) ?? 0 >= Self.solvedShare
  }

  /// Returns the number of consecutive distances, up to the last tried one, that the subject has not solved.
  func unsolvedInARow(of subject: MemoryStudy.Subject) -> Int {
    let tried = distances.filter { shares[subject]?[$0] != nil }
    return tried.reversed().prefix { !isSolved(subject, $0) }.count
  }

  /// Table with a row for each subject and a column for each distance that was tried.
  var lines: [String] {
    let tried = distances.filter { distance in subjects.contains { shares[$0]?[distance] != nil } }
    let rows = subjects.map { subject in
      let cells = tried.map { distance in
        meanShare(of: subject, distance: distance).map { NumberText.fixed(100 * $0, decimals: 0) + "%" } ?? "-"
      }
      return [subject.name] + cells + [tried.last { isSolved(subject, $0) }.map(String.init) ?? "none"]
    }
    return TextTable.lines([["recalled at distance"] + tried.map(String.init) + ["solved to"]] + rows)
  }

  /// Share recalled over the distance: medians over the seeds, with bands from minimum to maximum.
  var chart: Chart {
    Chart(
      title: "Share of keys recalled over the distance", x: Chart.Axis(title: "distance"),
      y: Chart.Axis(title: "share recalled"),
      groups: subjects.map { subject in
        let clusters = distances.compactMap { distance in
          shares[subject]?[distance]?.map { Point(x: Double(distance), y: $0) }
        }
        return Chart.Group(name: subject.name, line: subject.name, clusters: clusters)
      })
  }
}
