/// How far back the loss of one prediction reaches: how large its gradients are at the states of the steps before.
///
/// With the loss of the prediction at step t, the gradient at lag k is that of the state after step t − k, by all the ways
/// on which this state reaches the loss. Where it vanishes, nothing is learned about what stands so far back; where it
/// grows, it explodes.
public struct GradientFlow: Equatable, Sendable {
  /// A state that the gradient is taken of.
  public typealias Quantity = RecurrentState

  /// One state of one layer.
  public struct Curve: Equatable, Sendable {
    /// Counted from 0, the lowest.
    public var layer: Int
    /// Which state.
    public var quantity: Quantity
    /// The Euclidean norm of the gradient in the mean over the positions, by lag from 0 on.
    public var norms: [Double]
  }

  /// Of each layer from the lowest, h and then c where there is one.
  public var curves: [Curve]
  /// How many positions each mean is over, by lag: fewer at a lag that is longer than what stands before some positions
  /// in their lines.
  public var positionCounts: [Int]
}
