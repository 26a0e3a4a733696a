internal import CommandLineSupport
internal import RecurrentEngine

/// What asks for something else than to train one model and keep it.
let taskOptions = [
  Option("--dry-run", sets: \.isDryRun, group: group, help: "show model, memory and speed, and write nothing"),
  Option(
    "--find-learning-rate", sets: \.findsLearningRate, group: group,
    help: "print a good learning rate and how it was found, and write nothing",
    details: "A range test (Smith 2015): in up to 151 updates the learning rate rises to 100,000 times what it begins "
      + "with, or until the loss is four times its least value. The plot and --learning-rate X go to standard output; "
      + "with --quiet it is the number alone. Model, optimizer, batches and text should be those of the run to come."),
  Option(
    "--find-from", sets: \.firstLearningRate, as: .number(.atLeast(1e-30), .atMost(1e30)),
    absentMeans: "0.00001, of sgd 0.001", group: group, help: "learning rate that --find-learning-rate begins with"),
  Option(
    "--check-gradients", sets: \.checksGradients, group: group,
    help: "set gradients beside those of the equations in double precision and slopes of the loss, and write nothing",
    details: "Some gradients of each tensor are printed: the engine's, those of the same model as its equations are "
      + "written, in scalar Double, and slopes of that model's loss by central differences. The status is 0 if they "
      + "agree, and 76 if not. The model has 2 layers of 10 units and reads 3 streams of 8 characters unless told "
      + "otherwise; without a text, characters are random. The state before the batch is that of another one."),
  Option(
    "--overfit", sets: \.overfits, group: group,
    help: "learn a single batch by heart, which any right implementation can, and write nothing",
    details: "The first batch is learned from again and again, up to --steps times, until its loss is within 0.01 nats "
      + "per character of the least that is possible: where rows begin alike, nothing tells how they go on. The status "
      + "is 0 if it comes so far, and 76 if not. Unless told otherwise there is 1 layer of 128 units, which reads 4 "
      + "streams of 32 characters."),
]

let comparisonOptions = [
  Option(
    "--compare", sets: \.comparedCells, as: .list(of: .choice), group: group,
    help: "train these cells with equal means, and write and draw their losses",
    details: "The first cell has --hidden, or what would be chosen for it; the others have the size with which their "
      + "parameters are nearest to its own in number. All have the same batches, validations and updates, --steps, --epochs or what "
      + "would be chosen, and each its own learning rate unless one is given. A table of the best validation losses "
      + "(mean ± standard deviation, least and greatest) goes to standard output, all losses go to comparison.csv or "
      + "--log, and medians over the seeds, with bands from the least to the greatest, to comparison.svg or --plot. "
      + "Models are not kept."),
  Option(
    "--compare-by", sets: \.comparison, as: .choice, absentMeans: "parameters", group: group,
    help: "what is equal: parameters and updates, units and updates, or parameters and --max-time",
    details: "With time, each run takes --max-time, and losses are drawn over seconds."),
  Option(
    "--seeds", sets: \.seedCount, as: .integer(in: 1...1000), absentMeans: "3", group: group,
    help: "runs of each cell in --compare, with --seed and the seeds after it"),
  Option(
    "--compare-data", valueName: "SHARES", sets: \.dataShares, as: .list(of: .number(.above(0), .atMost(1))),
    group: group, help: "repeat --compare with these shares of the training part, such as 0.03,0.1,0.3,1",
    details: "A share is the beginning of the training part, or lines out of all of it; validation stays the same, and "
      + "so do sizes and updates. Losses over the characters trained on are drawn, too, into comparison.data.svg."),
]

private let group = "Other tasks"
