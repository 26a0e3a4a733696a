/// Returns the name that was probably meant: within a few typing errors, or else beginning with the typed text.
///
/// One error is allowed per three letters, at most three, and fewer than the name has letters.
func nearestName(to typed: String, among names: [String]) -> String? {
  let letters = letterCount(typed)
  let limit = min(3, max(1, letters / 3))
  var nearest: (name: String, distance: Int)?
  for name in names where abs(name.utf8.count - typed.utf8.count) <= 4 * limit {
    let distance = editDistance(typed, name)
    if distance <= limit, distance < letterCount(name), distance < nearest?.distance ?? .max {
      nearest = (name, distance)
    }
  }
  return nearest?.name ?? (letters < 3 ? nil : names.first { $0.hasPrefix(typed) })
}

private func letterCount(_ name: String) -> Int {
  name.drop { $0 == "-" }.count
}

/// Returns the Damerau–Levenshtein distance in which no part is edited twice: the number of insertions, deletions,
/// replacements and exchanges of neighbours that turn one text into the other.
func editDistance(_ first: String, _ second: String) -> Int {
  let a = Array(first)
  let b = Array(second)
  var beforeLast: [Int] = []
  var last = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1]
    row.reserveCapacity(b.count + 1)
    for j in b.indices {
      var distance = min(last[j] + (a[i] == b[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        distance = min(distance, beforeLast[j - 1] + 1)
      }
      row.append(distance)
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}
