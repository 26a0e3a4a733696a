package import RecurrentEngine

extension RecurrentCell {
  /// Name of the cell for people, such as "GRU (Cho et al. 2014)"; `name` is that of files.
  package var title: String {
    switch self {
    case .rnn(.tanh): "RNN (tanh)"
    case .rnn(.relu): "RNN (ReLU)"
    case .lstm(let forgetGate, let peepholes):
      "LSTM" + forgetGate.suffix + (peepholes ? " with peepholes" : "")
    case .gru(.before): "GRU (Cho et al. 2014)"
    case .gru(.after): "GRU (reset after, as in PyTorch)"
    case .mgu: "MGU"
    }
  }
}

extension RecurrentCell.ForgetGate {
  fileprivate var suffix: String {
    switch self {
    case .on: ""
    case .off: " without forget gate"
    case .coupled: " with coupled gates"
    }
  }
}
