import Foundation
import RecurrentEngine

/// A program that prints the most likely next characters of a text with their probabilities, in descending order.
///
///     next-character-suggester checkpoint.bin 5 'The se'     # or lines on standard input
@main
enum NextCharacterSuggester {
  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    guard arguments.count >= 2, let count = Int(arguments[1]), count > 0 else {
      exit(after: "usage: next-character-suggester checkpoint.bin how-many [prefix ...]", status: 64)
    }
    do {
      let checkpoint = try Checkpoint(path: arguments[0])
      let sampler = Sampler(checkpoint.model)
      var prefixes = arguments.dropFirst(2).makeIterator()
      while let prefix = arguments.count > 2 ? prefixes.next() : readLine() {
        let read = try checkpoint.model.vocabulary.encode(prefix)
        sampler.reset()
        (read.isEmpty ? [checkpoint.startCharacter] : read).forEach(sampler.read)
        print(suggestions(of: sampler, count: count).joined(separator: "  "))
      }
    } catch CheckpointError.cannotOpen(let path, let error) {
      exit(after: "\(path): cannot open (\(error))", status: 66)
    } catch let error as KernelSelectionError {
      exit(after: "\(error)", status: 64)
    } catch {
      exit(after: "\(error)", status: 65)
    }
  }

  /// Returns the most likely characters, quoted so that spaces and line feeds are visible, with their probabilities.
  private static func suggestions(of sampler: Sampler, count: Int) -> [String] {
    let likeliest = sampler.probabilities().enumerated().sorted { $0.element > $1.element }.prefix(count)
    return likeliest.map { character, probability in
      let text = sampler.vocabulary.text(of: [Int32(character)])
      return text.debugDescription + String(format: " %.3f", probability)
    }
  }

  private static func exit(after message: String, status: Int32) -> Never {
    FileHandle.standardError.write(Data("next-character-suggester: \(message)\n".utf8))
    Foundation.exit(status)
  }
}
