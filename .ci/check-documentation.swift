// Fails if a public symbol of a module has no documentation. The argument is the module's symbol graph, as written by
// `swift package dump-symbol-graph`.
import Foundation

struct SymbolGraph: Decodable {
  struct Symbol: Decodable {
    struct DocComment: Decodable {}
    struct Location: Decodable {
      struct Position: Decodable { var line: Int }
      var uri: String
      var position: Position
    }

    var pathComponents: [String]
    var docComment: DocComment?
    var location: Location?
  }

  var symbols: [Symbol]
}

let file = URL(filePath: CommandLine.arguments[1])
let symbols = try JSONDecoder().decode(SymbolGraph.self, from: Data(contentsOf: file)).symbols
// Symbols synthesized by the compiler have no location.
let undocumented = symbols.filter { $0.docComment == nil && $0.location != nil }
for symbol in undocumented {
  let place = symbol.location.map { "\($0.uri.replacing("file://", with: "")):\($0.position.line + 1)" } ?? ""
  print("\(place): \(symbol.pathComponents.joined(separator: ".")) has no documentation")
}
exit(symbols.isEmpty || !undocumented.isEmpty ? 1 : 0)
