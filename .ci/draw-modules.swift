// Draws the modules of the package and their imports as SVG, from the output of `swift package describe --type json`
// on standard input. Fails if the imports have a cycle.
import Foundation

struct Package: Decodable {
  struct Target: Decodable {
    var name: String
    var type: String
    var path: String
    var imports: [String]?

    enum CodingKeys: String, CodingKey {
      case name, type, path
      case imports = "target_dependencies"
    }
  }

  var targets: [Target]
}

let package = try JSONDecoder().decode(Package.self, from: FileHandle.standardInput.readDataToEndOfFile())
let targets = package.targets.filter { $0.type != "test" && $0.path.hasPrefix("Sources/") }
// The kernel modules are one file, compiled for each instruction set, so they share a box.
func box(_ name: String) -> String { name.hasPrefix("Kernels") ? "Kernels…" : name }
var imports: [String: Set<String>] = [:]
for target in targets {
  imports[box(target.name), default: []].formUnion((target.imports ?? []).map(box))
}

// A module has a higher level than all modules that it imports.
var levels: [String: Int] = [:]
func level(_ name: String, below path: [String] = []) -> Int {
  if let level = levels[name] { return level }
  guard !path.contains(name) else {
    print("The imports have a cycle: \((path + [name]).joined(separator: " → "))")
    exit(1)
  }
  let result = (imports[name] ?? []).map { level($0, below: path + [name]) + 1 }.max() ?? 0
  levels[name] = result
  return result
}
let rows = Dictionary(grouping: imports.keys.sorted()) { level($0) }

// Imports that follow from others are not drawn.
func reaches(_ from: String, _ to: String) -> Bool {
  (imports[from] ?? []).contains { $0 == to || reaches($0, to) }
}
let edges = imports.flatMap { name, others in
  others.filter { other in !others.contains { $0 != other && reaches($0, other) } }.map { (name, $0) }
}.sorted { $0 < $1 }

// Each row is centered; within it, modules are sorted by the mean position of their imports.
let (width, boxHeight, rowHeight, gap) = (1040.0, 30.0, 74.0, 14.0)
func boxWidth(_ name: String) -> Double { Double(name.count) * 7.8 + 18 }
var centers: [String: (x: Double, y: Double)] = [:]
for level in rows.keys.sorted() {
  let names = (rows[level] ?? []).map { name -> (String, Double) in
    let below = (imports[name] ?? []).sorted().compactMap { centers[$0]?.x }
    return (name, below.isEmpty ? width / 2 : below.reduce(0, +) / Double(below.count))
  }.sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map(\.0)
  let total = names.reduce(-gap) { $0 + boxWidth($1) + gap }
  var x = (width - total) / 2
  for name in names {
    centers[name] = (x + boxWidth(name) / 2, Double(rows.count - 1 - level) * rowHeight + 30)
    x += boxWidth(name) + gap
  }
}

func number(_ value: Double) -> String { String(format: "%.1f", value) }
var svg = """
  <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(width)) \(Int(Double(rows.count) * rowHeight))" \
  font-family="ui-monospace, Menlo, monospace" font-size="13">
  <title>Modules and their imports: every line leads down, from a module to one that it imports</title>
  <style>
  .page { fill: #ffffff } .line { stroke: #8a94a3; fill: none } .module { fill: #eef3fb; stroke: #5b7db1 }
  .tool { fill: #f4efe2; stroke: #b08a3c } text { fill: #1d2733; text-anchor: middle }
  @media (prefers-color-scheme: dark) {
  .page { fill: #16191e } .line { stroke: #6d7684 } .module { fill: #1f2a3a; stroke: #6f93c9 }
  .tool { fill: #332b19; stroke: #c9a25a } text { fill: #e6eaf0 } }
  </style>
  <rect class="page" width="100%" height="100%"/>

  """
for (name, other) in edges {
  guard let from = centers[name], let to = centers[other] else { continue }
  let (top, bottom) = (from.y + boxHeight / 2, to.y - boxHeight / 2)
  let middle = (top + bottom) / 2
  svg += "<path class=\"line\" d=\"M\(number(from.x)) \(number(top)) C\(number(from.x)) \(number(middle)) "
  svg += "\(number(to.x)) \(number(middle)) \(number(to.x)) \(number(bottom))\"/>\n"
}
for (name, center) in centers.sorted(by: { $0.key < $1.key }) {
  let width = boxWidth(name)
  svg += "<rect class=\"\(name.hasPrefix("lstm-") ? "tool" : "module")\" x=\"\(number(center.x - width / 2))\" "
  svg +=
    "y=\"\(number(center.y - boxHeight / 2))\" width=\"\(number(width))\" height=\"\(number(boxHeight))\" rx=\"5\"/>"
  svg += "<text x=\"\(number(center.x))\" y=\"\(number(center.y + 4.5))\">\(name)</text>\n"
}
print(svg + "</svg>")
