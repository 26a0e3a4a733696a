/// An error in tensors that do not form a language model of the requested cell.
public enum PyTorchTensorError: Error, Equatable {
  case missing(name: String)
  case unexpected(name: String)
  case notAMatrix(name: String, shape: [Int])
  case shape(name: String, expected: [Int], found: [Int])
  case valueCount(name: String, shape: [Int], found: Int)
}

extension PyTorchTensorError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missing(let name):
      "there is no tensor '\(name)'; a model needs it"
    case .unexpected(let name):
      "tensor '\(name)' is not of a plain stack of this cell; the reference model knows no other"
    case .notAMatrix(let name, let shape):
      "tensor '\(name)' has the shape \(shape); it must have two sizes, each at least 1"
    case .shape(let name, let expected, let found):
      "tensor '\(name)' has the shape \(found) where this cell needs \(expected); is it a model of another cell?"
    case .valueCount(let name, let shape, let found):
      "tensor '\(name)' has \(found) values, which do not fill its shape \(shape)"
    }
  }
}
