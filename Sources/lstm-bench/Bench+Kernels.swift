internal import KernelTemplates
internal import RecurrentEngine

extension Bench {
  /// Measures each kernel, in the shapes of training and on all threads.
  ///
  /// - Throws: `OutputError`
  func measureKernels() throws {
    let products = LayerProducts(
      model, batchSize: training.batchSize, stepCount: training.chunkLength, kernels: kernels, executor: executor)
    let operations = Work(amount: products.operations * 1e-9, unit: "GFLOP/s")
    try measure("recurrent_step_product", operations, of: roof, products.multiplyStates)
    try measure("state_gradient_product", operations, of: roof, products.multiplyGateGradients)
    try measure("weight_gradient_product", operations, of: roof, products.multiplyWeightGradients)

    for (name, map, operations) in ElementwiseMap.all(of: kernels) {
      let map = ElementwiseMap(map, executor: executor)
      let work = Work(amount: map.elements * 1e-9, unit: "Gelements/s", operationsEach: operations)
      try measure(name, work, of: roof, map.run)
    }
    let softmax = SoftmaxRows(model, batchSize: training.batchSize, kernels: kernels, executor: executor)
    let logits = Work(
      amount: softmax.elements * 1e-9, unit: "Gelements/s", operationsEach: SoftmaxRows.operationsPerElement)
    try measure("softmax_cross_entropy", logits, of: roof, softmax.run)

    let adam = AdamUpdate(model, kernels: kernels, executor: executor)
    let bandwidth = Limit.bandwidth(bytes: adam.residentBytes, kernels, executor)
    let reading = try measure(
      "adam_update", Work(amount: adam.movedBytes * 1e-9, unit: "GB/s"), of: bandwidth, adam.run)
    try report.add("adam_bandwidth", reading, decimals: 2, unit: "GB/s")
  }

  /// The work of one call.
  private struct Work {
    /// Amount of work, in 10⁹ operations, elements or bytes.
    var amount: Double
    /// Unit of the rate, such as GB/s.
    var unit: String
    /// Operations for each item of `amount`, as the limit counts them.
    var operationsEach = 1.0
  }

  /// Reports the rate of the work and its fraction of the limit, measured after each call; returns the limit's median.
  @discardableResult
  private func measure(_ name: String, _ work: Work, of limit: Limit, _ body: () -> Void) throws -> Double {
    let pairs = samples(forSeconds: options.seconds) { (secondsOf(body), limit.read()) }
    let rate = work.amount / median(pairs.map(\.0))
    let reading = median(pairs.map(\.1))
    try report.add(
      name, rate, decimals: 2, unit: work.unit,
      share: .init(value: rate * work.operationsEach / reading, limit: limit.name))
    return reading
  }
}
