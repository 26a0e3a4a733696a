public import RecurrentCells

/// The kernels compiled for one instruction set. The engine selects one set at startup.
///
/// Each function is a template of this module at one vector width; the templates document the arguments.
public struct KernelSet: Sendable {
  public typealias CellKernel = @Sendable (CellStep) -> Void
  public typealias CellKernels = @Sendable (_ cell: RecurrentCell) -> Cell
  public typealias InputSums = @Sendable (_ step: CellStep, _ group: GateGroup) -> Void
  public typealias Multiply =
    @Sendable (
      _ rows: StepRows, _ left: BlockedRows, _ right: FloatPointer, _ rightBlocks: Blocks, _ terms: Int,
      _ start: ProductStart, _ result: BlockedRows
    ) -> Void
  public typealias QuantizedMultiply =
    @Sendable (
      _ rows: StepRows, _ left: BlockedRows, _ range: QuantizationRange, _ quantized: QuantizedRows,
      _ right: QuantizedWeights, _ start: ProductStart, _ result: BlockedRows
    ) -> Void
  public typealias BFloat16Multiply =
    @Sendable (
      _ left: BlockedRows, _ right: UnsafePointer<UInt16>, _ rightBlocks: Blocks, _ terms: Int, _ start: ProductStart,
      _ result: BlockedRows
    ) -> Void
  public typealias WeightGradients =
    @Sendable (
      _ rows: StepRows, _ firstRow: Int, _ start: ProductStart, _ inputs: FloatPointer, _ inputStride: Int,
      _ gateGradients: BlockedRows, _ gradientBlocks: Blocks, _ block: Int, _ inputRange: Range<Int>,
      _ inputCount: Int, _ gradient: MutableFloatPointer, _ upcoming: Upcoming
    ) -> Void
  public typealias AddRowGradients =
    @Sendable (
      _ rows: Range<Int>, _ characters: UnsafePointer<Int32>, _ gateGradients: BlockedRows, _ gradientBlocks: Blocks,
      _ block: Int, _ characterCount: Int, _ factors: FloatPointer?, _ gradient: MutableFloatPointer
    ) -> Void
  public typealias LookUpEmbeddings =
    @Sendable (
      _ rows: Range<Int>, _ characters: UnsafePointer<Int32>, _ table: FloatPointer, _ tableBlocks: Blocks,
      _ terms: Int, _ result: MutableFloatPointer, _ rowStride: Int
    ) -> Void
  public typealias AddEmbeddingGradients =
    @Sendable (
      _ rows: Range<Int>, _ characters: UnsafePointer<Int32>, _ gradients: FloatPointer, _ rowStride: Int,
      _ termRange: Range<Int>, _ table: MutableFloatPointer, _ tableBlocks: Blocks, _ terms: Int
    ) -> Void
  public typealias PackTransposed =
    @Sendable (
      _ weights: FloatPointer, _ blocks: Blocks, _ rowCount: Int, _ firstRow: Int, _ transposedBlocks: Blocks,
      _ block: Int,
      _ transposed: MutableFloatPointer
    ) -> Void
  public typealias SoftmaxCrossEntropy =
    @Sendable (
      _ rows: Int, _ logits: BlockedRows, _ vocabularySize: Int, _ targets: UnsafePointer<Int32>, _ scale: Float,
      _ smoothing: Float, _ losses: MutableFloatPointer, _ wantsGradient: Bool
    ) -> Void
  public typealias Softmax =
    @Sendable (_ logits: BlockedRows, _ row: Int, _ count: Int, _ inverseTemperature: Float) -> Void
  public typealias DropOut =
    @Sendable (
      _ mask: RandomMask, _ firstRow: UInt64, _ rows: Int, _ first: Int, _ count: Int, _ x: FloatPointer,
      _ stride: Int, _ result: MutableFloatPointer
    ) -> Void
  public typealias AddTemporalPenalty =
    @Sendable (
      _ count: Int, _ h: FloatPointer, _ previous: FloatPointer, _ factor: Float, _ next: FloatPointer,
      _ nextFactor: Float, _ gradient: MutableFloatPointer
    ) -> Void
  public typealias Adam =
    @Sendable (
      _ step: AdamStep, _ count: Int, _ parameters: MutableFloatPointer, _ gradients: FloatPointer,
      _ gradientScale: Float, _ firstMoment: MutableFloatPointer, _ secondMoment: MutableFloatPointer
    ) -> Void
  public typealias RMSProp =
    @Sendable (
      _ rate: Float, _ decay: Double, _ epsilon: Float, _ count: Int, _ parameters: MutableFloatPointer,
      _ gradients: FloatPointer, _ gradientScale: Float, _ secondMoment: MutableFloatPointer
    ) -> Void
  public typealias SGD =
    @Sendable (
      _ rate: Float, _ momentum: Float, _ count: Int, _ parameters: MutableFloatPointer, _ gradients: FloatPointer,
      _ gradientScale: Float, _ velocity: MutableFloatPointer
    ) -> Void
  public typealias Sum = @Sendable (_ x: FloatPointer, _ count: Int) -> Float
  public typealias Map = @Sendable (_ x: FloatPointer, _ count: Int, _ result: MutableFloatPointer) -> Void
  public typealias MultiplyAddsInRegisters = @Sendable (_ repetitions: Int) -> Float

  /// The forward and backward kernels of layer normalization, which run between the products and the gates.
  public struct Normalization: Sendable {
    public typealias OfSums = @Sendable (_ step: CellStep, _ group: GateGroup, _ part: NormalizedSums) -> Void
    public typealias OfCellState = @Sendable (_ step: CellStep, _ state: NormalizedCellState) -> Void

    public var startFromBias: InputSums
    public var addNormalized: OfSums
    public var gradients: OfSums
    public var lstmOutput: OfCellState
    public var lstmOutputGradients: OfCellState

    public init(
      startFromBias: @escaping InputSums, addNormalized: @escaping OfSums, gradients: @escaping OfSums,
      lstmOutput: @escaping OfCellState, lstmOutputGradients: @escaping OfCellState
    ) {
      self.startFromBias = startFromBias
      self.addNormalized = addNormalized
      self.gradients = gradients
      self.lstmOutput = lstmOutput
      self.lstmOutputGradients = lstmOutputGradients
    }
  }

  /// The forward and backward kernels of one connection between stacked layers.
  public struct Connection: Sendable {
    public typealias OfStep = @Sendable (_ step: ConnectionStep) -> Void

    public var forward: OfStep
    public var backward: OfStep

    public init(forward: @escaping OfStep, backward: @escaping OfStep) {
      self.forward = forward
      self.backward = backward
    }
  }

  /// The kernels of all connections.
  public struct Connections: Sendable {
    /// Connections with constant factors.
    public var constant: Connection
    /// The highway connection, with one gate.
    public var highway: Connection
    /// The gated connection, with two gates.
    public var gated: Connection

    public init(constant: Connection, highway: Connection, gated: Connection) {
      self.constant = constant
      self.highway = highway
      self.gated = gated
    }
  }

  public var name: String
  /// Number of floats in a vector.
  public var lanes: Int
  public var cell: CellKernels
  public var normalization: Normalization
  public var connections: Connections
  public var inputSums: InputSums
  public var multiply: Multiply
  /// The product with quantized weights, whose cell kernels start from complete pre-activations; nil for float weights.
  public var quantizedMultiply: QuantizedMultiply?
  /// The product of one row with bfloat16 weights; like `quantizedMultiply`.
  public var bfloat16Multiply: BFloat16Multiply?
  public var weightGradients: WeightGradients
  public var addRowGradients: AddRowGradients
  public var lookUpEmbeddings: LookUpEmbeddings
  public var addEmbeddingGradients: AddEmbeddingGradients
  public var packTransposed: PackTransposed
  public var softmaxCrossEntropy: SoftmaxCrossEntropy
  public var softmax: Softmax
  public var dropOut: DropOut
  public var addTemporalPenalty: AddTemporalPenalty
  public var adam: Adam
  public var rmsProp: RMSProp
  public var sgd: SGD
  public var sumOfSquares: Sum
  /// Elementwise eˣ, σ(x), tanh x and √x, sixteen floats at a time, for tests of their accuracy.
  public var exponential: Map
  public var sigmoid: Map
  /// The first result of the kernel for two logistic functions, with −x as the second argument.
  public var sigmoidOfTwo: Map
  public var hyperbolicTangent: Map
  public var squareRoot: Map
  /// Measurements of the two roofs: floating-point throughput in registers, and memory bandwidth.
  public var multiplyAddsInRegisters: MultiplyAddsInRegisters
  /// Number of vectors to which `multiplyAddsInRegisters` adds in every repetition.
  public var multiplyAddChains: Int
  public var sum: Sum

  public init(
    name: String, lanes: Int, cell: @escaping CellKernels, normalization: Normalization, connections: Connections,
    inputSums: @escaping InputSums, multiply: @escaping Multiply, weightGradients: @escaping WeightGradients,
    addRowGradients: @escaping AddRowGradients, lookUpEmbeddings: @escaping LookUpEmbeddings,
    addEmbeddingGradients: @escaping AddEmbeddingGradients, packTransposed: @escaping PackTransposed,
    softmaxCrossEntropy: @escaping SoftmaxCrossEntropy, softmax: @escaping Softmax, dropOut: @escaping DropOut,
    addTemporalPenalty: @escaping AddTemporalPenalty, adam: @escaping Adam, rmsProp: @escaping RMSProp,
    sgd: @escaping SGD, sumOfSquares: @escaping Sum, exponential: @escaping Map,
    sigmoid: @escaping Map, sigmoidOfTwo: @escaping Map, hyperbolicTangent: @escaping Map, squareRoot: @escaping Map,
    multiplyAddsInRegisters: @escaping MultiplyAddsInRegisters, multiplyAddChains: Int, sum: @escaping Sum
  ) {
    self.name = name
    self.lanes = lanes
    self.cell = cell
    self.normalization = normalization
    self.connections = connections
    self.inputSums = inputSums
    self.multiply = multiply
    self.weightGradients = weightGradients
    self.addRowGradients = addRowGradients
    self.lookUpEmbeddings = lookUpEmbeddings
    self.addEmbeddingGradients = addEmbeddingGradients
    self.packTransposed = packTransposed
    self.softmaxCrossEntropy = softmaxCrossEntropy
    self.softmax = softmax
    self.dropOut = dropOut
    self.addTemporalPenalty = addTemporalPenalty
    self.adam = adam
    self.rmsProp = rmsProp
    self.sgd = sgd
    self.sumOfSquares = sumOfSquares
    self.exponential = exponential
    self.sigmoid = sigmoid
    self.sigmoidOfTwo = sigmoidOfTwo
    self.hyperbolicTangent = hyperbolicTangent
    self.squareRoot = squareRoot
    self.multiplyAddsInRegisters = multiplyAddsInRegisters
    self.multiplyAddChains = multiplyAddChains
    self.sum = sum
  }
}
