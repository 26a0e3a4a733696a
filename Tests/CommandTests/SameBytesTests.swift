import Checksums
import Foundation
import RecurrentEngine
import Safetensors
import Testing

/// The kernel sets with a fused multiply-add; that with VNNI differs for quantized weights only.
private let fusedKernels = KernelSelection.availableNames.filter { $0 != "portable" && $0 != "avx512vnni" }

/// Tests that training gives the same bytes with any number of threads, on every CPU with fused multiply-add, and in
/// every version of the program.
@Suite(.enabled(if: !fusedKernels.isEmpty, "needs a CPU with fused multiply-add"))
struct SameBytesTests {
  /// Settings of short runs, and the checksums of their weights, training states and losses.
  ///
  /// A checksum that changes is a change of results, to be marked as such in the record of changes.
  static let recorded: [(options: String, checksum: String)] = [
    ("--cell lstm", "62c3d35e"),
    ("--cell gru", "841b0fbe"),
    ("--cell gru --gru-reset after", "37fbef57"),
    ("--cell mgu", "ea80ccb1"),
    ("--cell rnn", "4f161a02"),
    ("--cell rnn --activation relu", "f8f1b161"),
    ("--forget-gate coupled", "d3125315"),
    ("--forget-gate off", "91cc478b"),
    ("--peepholes", "0b8f8099"),
    ("--cell lstm --layer-norm", "d80e799f"),
    ("--cell gru --layer-norm", "6056e939"),
    ("--cell mgu --layer-norm", "705211f3"),
    ("--cell rnn --layer-norm", "fdc983e0"),
    ("--connection residual", "f6317ab4"),
    ("--connection leaky --leak 0.4", "2af20d3c"),
    ("--connection highway", "38c72ca3"),
    ("--connection gated", "1d96d722"),
    ("--embedding 30", "59d87a4f"),
    ("--cell gru --embedding 21 --tie", "c20d8259"),
    ("--dropout 0.3 --input-dropout 0.1 --dropout-mask sequence", "65719cae"),
    ("--dropout 0.2 --recurrent-dropout 0.3 --state-reset 0.1", "35287c3e"),
    ("--optimizer adamw --weight-decay 0.1 --schedule cosine --warmup 3", "233b90ad"),
    ("--optimizer rmsprop --schedule linear", "ed5609d9"),
    ("--optimizer sgd --momentum 0.9 --learning-rate 0.3 --clip 0.5", "cebed765"),
    ("--label-smoothing 0.1 --average 0.9 --schedule wsd", "0d3eac0d"),
    ("--temporal-regularization 4 --layers 2 --dropout 0.2", "e61b4953"),
    ("--lines --temporal-regularization 1", "b412550a"),
    ("--output-bias frequencies", "06ccf227"),
    ("--lines --unit byte", "f999d99a"),
    ("--lines --output-bias frequencies", "13928da8"),
    ("--hidden 129 --layers 1 --batch-size 16", "27501e6a"),
    ("--hidden 64 --layers 3 --batch-size 1 --split interleaved", "6712674e"),
  ]

  @Test(arguments: recorded)
  func everyMachineGivesTheRecordedBytes(options: String, checksum: String) throws {
    let folder = try WorkFolder()
    // Sizes that are multiples of neither the vector width nor the number of threads.
    let sizes = ["--hidden", "21", "--layers", "2", "--batch-size", "7", "--epochs", "1", "--overwrite"]
    for threads in ["1", "2", "3"] {
      for name in fusedKernels {
        try folder.train(
          sizes + options.split(separator: " ").map(String.init) + ["--threads", threads],
          environment: [KernelSelection.environmentVariable: name]
        ).expectSuccess()
        let result = try self.checksum(of: folder)
        #expect(result == checksum, "\(name), \(threads) threads")
      }
    }
  }

  /// Returns the checksum of the tensors of both checkpoints and of the losses. It leaves out metadata, which may grow.
  private func checksum(of folder: WorkFolder) throws -> String {
    var checksum = CRC32C()
    for name in ["checkpoint.bin", "checkpoint.last.bin"] {
      let file = try SafetensorsFile(path: folder.path(of: name))
      for tensor in file.names.sorted() {
        let elements: [Float] = try file.tensor(named: tensor)
        elements.withUnsafeBytes { checksum.update($0) }
      }
    }
    let columns = ["step", "learning_rate", "train_loss", "val_loss", "gradient_norm"]
    for row in try LossCurveFile(String(decoding: folder.bytes(of: "loss.csv"), as: UTF8.self)).rows {
      Array(columns.map { row[$0] ?? "" }.joined(separator: ",").utf8).withUnsafeBytes { checksum.update($0) }
    }
    return String(decoding: checksum.value.hexadecimalDigits, as: UTF8.self)
  }
}
