/// Returns a hint about an escape sequence in a text of the command line, which is read as it is typed; nil if there is
/// none.
func escapeHint(_ text: String, option: String) -> String? {
  let names = ["n": "a line feed", "t": "a tab", "r": "a carriage return"]
  var previous: Unicode.Scalar?
  for scalar in text.unicodeScalars {
    if previous == "\\", let name = names[String(scalar)] {
      return "'\\\(scalar)' is a backslash and a letter; \(name) is $'\\\(scalar)' in most shells"
        + (option == "--prime" ? ", or comes from --prime-file" : "")
    }
    previous = scalar
  }
  return nil
}
