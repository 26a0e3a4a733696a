internal import CommandLineSupport
internal import RecurrentEngine
internal import ToolSupport

typealias Option = OptionDefinition<TrainOptions>

private let sizes = 1...ModelConfiguration.maximumSize
private let counts = 1...Int(Int32.max)

let trainCommand = CommandDefinition(
  name: "lstm-train",
  summary: "Trains a character-level recurrent language model on text files, which are read as one text.",
  operands: "corpus.txt ...",
  version: projectVersion,
  defaults: TrainOptions(),
  options: [preset] + modelOptions + startOptions + horizonOptions + trainingOptions + regularizationOptions
    + validationOptions + divisionOptions + heldOutFileOptions + [baselines, logInterval] + fileOptions + resumeOptions
    + taskOptions + comparisonOptions + runOptions,
  examples: [
    "lstm-train corpus.txt",
    "lstm-train --cell gru --hidden 256 --epochs 20 part1.txt part2.txt",
    "lstm-train --continue --checkpoint-every 5m corpus.txt",
    "lstm-train --lines --test-fraction 0.1 names.txt",
    "lstm-train --compare lstm,gru,rnn --seeds 2 corpus.txt",
    "cat *.txt | lstm-train --unit byte --checkpoint bytes.bin -",
  ]
)

/// What decides a run, besides its horizon. A checkpoint holds it, and a resumed run cannot have it otherwise.
let decidingOptions =
  modelOptions + startOptions + trainingOptions + regularizationOptions + validationOptions + divisionOptions
  + [logInterval]

let horizonOptions = [
  Option(
    "--epochs", "--max-epochs", sets: \.epochs, as: .integer(in: counts),
    absentMeans: "chosen if nothing else bounds the run", group: "Training", help: "passes over the training part"),
  Option(
    "--steps", "--max-iters", sets: \.steps, as: .integer(in: 0...Int(Int32.max)), group: "Training", help: "updates",
    details: "With 0 the model is validated and written as it starts, to set beside what it becomes."),
  Option(
    "--patience", sets: \.patience, as: .integer(in: counts), absentMeans: "10 if nothing bounds the run",
    group: "Training", help: "end after so many validations in a row without a better loss"),
]

/// What `--init-from` takes from its file.
let modelOptions = [
  Option("--cell", "--model", sets: \.cell.name, as: .choice, group: "Model", help: "recurrent cell"),
  Option(
    "--hidden", "--rnn-size", "--hidden-size", sets: \.hiddenSize, as: .integer(in: sizes), absentMeans: "chosen",
    group: "Model",
    help: "units of each layer"),
  Option(
    "--layers", "--num-layers", sets: \.layerCount, as: .integer(in: 1...ModelConfiguration.maximumLayerCount),
    absentMeans: "2", group: "Model", help: "stacked layers"),
  Option(
    "--gru-reset", sets: \.cell.gruReset, as: .choice, absentMeans: "before", group: "Model",
    help: "where the GRU's reset gate acts: before its product, or after it as in PyTorch"),
  Option(
    "--forget-gate", sets: \.cell.forgetGate, as: .choice, absentMeans: "on", group: "Model",
    help: "the LSTM's forget gate f: a gate of its own, none, or coupled to the input gate i",
    details: "With off it is f = 1, as in the LSTM of 1997: the cell state forgets nothing. With coupled it is "
      + "f = 1 - i: what is written takes the place of what was there. Both have three gates instead of four."),
  Option(
    "--peepholes", sets: \.cell.hasPeepholes, group: "Model",
    help: "let the gates of the LSTM see its cell state",
    details: "The input and the forget gate see the state before the step and the output gate that after it, each unit "
      + "its own (Gers and Schmidhuber 2000). The weights start at 0."),
  Option(
    "--activation", sets: \.cell.activation, as: .choice, absentMeans: "tanh", group: "Model",
    help: "the RNN's function of its sum",
    details: "relu is max(sum, 0). Nothing bounds it, so give it a low learning rate; --init identity is meant for it "
      + "(Le et al. 2015)."),
  Option(
    "--embedding", "--wordvec-size", sets: \.embeddingSize, as: .integer(in: 0...ModelConfiguration.maximumSize),
    group: "Model", help: "numbers of each character's embedding; with 0, layer 0 looks up rows of its weights"),
  Option(
    "--tie", sets: \.tiesEmbedding, group: "Model",
    help: "make the embeddings the weights of the output, too; --embedding is then that of --hidden"),
  Option(
    "--layer-norm", sets: \.normalizesLayers, group: "Model",
    help: "normalize the sums of each gate over its units",
    details:
      "Sums over the input and sums over the hidden state are normalized each by themselves, and the LSTM's cell "
      + "state before its tanh (Ba et al. 2016). Products and gates are then kernels of their own, and slower."),
  Option(
    "--connection", sets: \.connection, as: .choice, group: "Model",
    help: "what a stacked layer puts out of its input x and of what it computes, f(x)",
    details:
      "plain is f(x). residual is x + f(x). leaky is (1-a)x + a f(x), with the constant a of --leak. highway is that "
      + "with a gate a(x) for each unit, which begins nearly closed (Srivastava et al. 2015). gated is b(x) x + a(x) f(x), "
      + "with two gates. What a layer hands to its own next step is f(x) alone, and dropout falls on f(x) alone. The "
      + "first layer is plain."),
  Option(
    "--leak", valueName: "A", sets: \.leak, as: .number(.above(0), .atMost(1)), absentMeans: "0.5", group: "Model",
    help: "how much of f(x) is in --connection leaky; the rest is x"),
  Option("--unit", sets: \.unit, as: .choice, group: "Model", help: "what counts as a character of the text"),
]

private let preset = Option(
  "--preset", sets: \.preset, as: .choice, absentMeans: "chosen", group: "Model",
  help: "the size: 1 layer of 64 units, or 2 of 128, 256 or 512",
  details:
    "What is not given is chosen from the length of the text and the time that is allowed, or from five minutes on "
    + "two cores if nothing bounds the run. The choice is printed as a command line that repeats the run.")

private let startOptions = [
  Option(
    "--forget-bias", sets: \.forgetBias, as: .number(.atLeast(-100), .atMost(100)), absentMeans: "0", group: "Model",
    help: "what the bias of the LSTM's forget gate starts from"),
  Option(
    "--init", sets: \.recurrentInitialization, as: .choice, group: "Model",
    help: "what the recurrent weights start from",
    details: "Uniform is ±1/√N with N units, as for all other weights. Orthogonal takes a random orthogonal matrix for "
      + "each gate. Identity takes the identity matrix for the plain RNN and for the candidate of the other cells, "
      + "whose gates stay uniform (Le et al. 2015)."),
  Option(
    "--invalid", sets: \.malformedUTF8, as: .choice, group: "Model",
    help: "bytes that are not UTF-8: refuse the text, replace them by U+FFFD, or skip them"),
  Option(
    "--max-vocabulary", sets: \.maximumVocabulary, as: .integer(in: counts), absentMeans: "65536 for graphemes",
    group: "Model", help: "most different characters that a text may have"),
]

private let trainingOptions = [
  Option(
    "--batch-size", sets: \.batchSize, as: .integer(in: counts), absentMeans: "16", group: "Training",
    help: "streams that are read side by side"),
  Option(
    "--seq-length", "--block-size", sets: \.chunkLength, as: .integer(in: counts), absentMeans: "128",
    group: "Training",
    help: "characters through which gradients go back"),
  Option("--optimizer", sets: \.optimizer, as: .choice, group: "Training", help: "how weights follow gradients"),
  Option(
    "--learning-rate", sets: \.learningRate, as: .number(.above(0)), absentMeans: "chosen",
    group: "Training", help: "size of the optimizer's steps"),
  Option(
    "--beta1", sets: \.beta1, as: .number(.atLeast(0), .below(1)), group: "Training",
    help: "decay of Adam's first moment"),
  Option(
    "--beta2", sets: \.beta2, as: .number(.atLeast(0), .below(1)), group: "Training",
    help: "decay of Adam's second moment"),
  Option(
    // Below, it is zero as a Float, and a weight without a gradient becomes 0 / 0.
    "--epsilon", sets: \.epsilon, as: .number(.atLeast(1e-30)), group: "Training",
    help: "what Adam and RMSProp add to the root of the mean square"),
  Option(
    "--momentum", sets: \.momentum, as: .number(.atLeast(0), .below(1)), group: "Training", help: "momentum of sgd"),
  Option(
    "--rmsprop-decay", sets: \.rmsPropDecay, as: .number(.atLeast(0), .below(1)), group: "Training",
    help: "decay of RMSProp's mean square"),
  Option(
    "--weight-decay", sets: \.weightDecay, as: .number(.atLeast(0), .atMost(10)), absentMeans: "0, of adamw 0.01",
    group: "Training",
    help: "share of every weight, times the learning rate, that each update takes away"),
  Option(
    "--schedule", sets: \.schedule, as: .choice, absentMeans: "wsd", group: "Training",
    help: "how the learning rate changes",
    details: "constant stays. cosine and linear fall until the end of the run. step multiplies with --decay-rate every "
      + "--decay-every epochs after --decay-after. plateau does so after --decay-every validations without improvement. "
      + "wsd stays and then falls evenly over the last --decay-steps; with --max-time it begins to fall when the time that "
      + "is left is just enough. char-rnn's recipe is --schedule step --decay-rate 0.97 --decay-after 10."),
  Option(
    "--warmup", "--warmup-iters", sets: \.warmupSteps, as: .integer(in: 0...Int(Int32.max)), group: "Training",
    help: "updates in which the learning rate rises from zero"),
  Option(
    "--decay-rate", sets: \.decayRate, as: .number(.above(0), .atMost(1)), absentMeans: "0.97, of plateau 0.5",
    group: "Training", help: "what step and plateau multiply the learning rate with"),
  Option(
    "--decay-every", sets: \.decayEvery, as: .integer(in: counts), group: "Training",
    help: "epochs from decay to decay of step, validations without improvement before one of plateau"),
  Option(
    "--decay-after", sets: \.decayAfter, as: .integer(in: 0...Int(Int32.max)), group: "Training",
    help: "epochs before the first decay of step"),
  Option(
    "--decay-steps", sets: \.decaySteps, as: .integer(in: counts), absentMeans: "a fifth of the run",
    group: "Training", help: "updates at the end in which wsd falls"),
  Option(
    "--average", "--ema", sets: \.averageDecay, as: .number(.atLeast(0), .below(1)), group: "Training",
    help: "validate and keep an average of the weights over the updates, which has this decay"),
  Option(
    "--clip", "--grad-clip", valueName: "NORM", sets: \.clip, as: .number(.atLeast(0)), group: "Training",
    help: "largest global norm of the gradient; 0 for no limit",
    details: "A longer gradient is scaled down as a whole, so that it keeps its direction (Pascanu et al. 2013). "
      + "char-rnn's -grad_clip is another thing: it clamps each element by itself, so that its 5 hardly ever acts."),
  Option(
    "--seed", sets: \.seed, as: .integer(in: 0...UInt64.max), group: "Training",
    help: "where the random numbers start; the same seed gives the same model"),
]

private let divisionOptions = [
  Option(
    "--lines", sets: \.readsLines, group: "Training",
    help: "make each line a text of its own: names, addresses, messages",
    details: "A line starts from nothing, wherever it stands, and its end is predicted, too. The lines come in another "
      + "order in every epoch, and those held out are chosen at random, both by --seed. Empty lines are skipped, and "
      + "so is a carriage return at the end of a line. lstm-sample then writes lines, and lstm-score reads them."),
  Option(
    "--split", sets: \.split, as: .choice, group: "Validation",
    help: "hold out the end of the text, or as char-rnn does the end of each stream"),
  Option(
    "--val-lines", sets: \.validationLines, as: .integer(in: counts), absentMeans: "a share as --val-fraction",
    group: "Validation", help: "how many lines are held out, with --lines"),
  Option(
    "--test-fraction", sets: \.testFraction, as: .number(.atLeast(0), .below(1)), group: "Validation",
    help: "share of the text, behind what validation is on, that measures the best model at the end"),
]

private let heldOutFileOptions = [
  Option(
    "--val-file", sets: \.validationFile, as: .path, group: "Validation",
    help: "validate on this text, and hold out nothing of the corpus for it",
    details: "The vocabulary is of all texts together. A run that is resumed needs the same file again."),
  Option(
    "--test-file", sets: \.testFile, as: .path, group: "Validation",
    help: "measure the best model at the end on this text"),
]

private let validationOptions = [
  Option(
    "--val-fraction", sets: \.validationFraction, as: .number(.atLeast(0), .below(1)), group: "Validation",
    help: "share of the text that is held out for validation"),
  Option(
    "--val-every", "--eval-interval", sets: \.validationInterval, as: .integer(in: counts), absentMeans: "an epoch",
    group: "Validation", help: "updates between validations"),
]

private let baselines = Option(
  "--baselines", sets: \.showsBaselines, group: "Validation",
  help: "set what n-gram models cost on the held-out part beside the model's loss",
  details:
    "The n-grams of the training part have orders 1 to 5, and their probabilities are interpolated after Witten and "
    + "Bell. They are counted at the end, or with --dry-run, in at most 1 GB of memory.")

private let logInterval = Option(
  "--log-every", "--log-interval", sets: \.logInterval, as: .integer(in: counts), group: "Files",
  help: "updates between rows of the loss curve")

private let fileOptions = [
  Option(
    "--checkpoint", "-o", sets: \.checkpoint, as: .path, group: "Files",
    help: "where the best model is written; what resuming needs goes into the same name with .last before .bin"),
  Option(
    "--checkpoint-every", sets: \.checkpointInterval, as: .interval, group: "Files",
    help: "how often the run is saved, besides after each validation"),
  Option(
    "--keep", sets: \.keptCount, as: .integer(in: 0...Int(Int32.max)), group: "Files",
    help: "how many numbered checkpoints stay, with .step-N before .bin"),
  Option("--log", sets: \.log, as: .path, group: "Files", help: "where the loss curve is written, as CSV"),
  Option(
    "--plot", sets: \.plot, as: .path, group: "Files",
    help: "where the loss curve is drawn at every validation, as SVG"),
  Option(
    "--gradient-flow-every", sets: \.gradientFlowInterval, as: .integer(in: counts), group: "Files",
    help: "updates between measurements of how far back the loss reaches; they change nothing",
    details:
      "Beside the loss curve, with .gradient-flow before .csv, a file gets a row for each layer, state and lag up "
      + "to 100: the norm of the gradient of one prediction's loss at the state so many steps before, in the mean over "
      + "512 places of the text, as lstm-inspect --gradient-flow measures it. Beside it is the norm of the gradient of "
      + "all weights before clipping in that update. The first measurement is of the model as it starts."),
  Option(
    "--json-log", sets: \.eventLog, as: .path, group: "Files",
    help: "where each event is added as a line of JSON",
    details:
      "The events are start, train, validation, undone, sample, saved and end. What the file holds stays, so that "
      + "it tells the whole story of a run in pieces, or of several runs."),
  Option(
    "--overwrite", sets: \.overwrites, group: "Files",
    help: "replace the results of an earlier run instead of renaming them"),
]

private let resumeOptions = [
  Option(
    "--resume", sets: \.resume, as: .path, group: "Going on",
    help: "go on with the run that wrote this file, with its options and on the same text"),
  Option(
    "--continue", sets: \.continues, group: "Going on",
    help: "resume if there is something to resume, and start otherwise"),
  Option(
    "--init-from", sets: \.initialModel, as: .path, group: "Going on",
    help: "start a new run from the weights of this checkpoint; characters are matched by value"),
  Option(
    "--stop-after", sets: \.stopAfter, as: .integer(in: counts), group: "Going on",
    help: "save and stop after so many updates, to be resumed later"),
  Option(
    "--max-time", sets: \.maximumSeconds, as: .duration, group: "Going on",
    help: "save and stop after this time, to be resumed later"),
]

private let runOptions = [
  Option(
    "--threads", sets: \.threads, as: .integer(in: 1...1024), absentMeans: "all available CPUs", group: "Running",
    help: "threads; any number gives the same model"),
  Option(
    "--progress", sets: \.progress, as: .choice, group: "Running",
    help: "a line that stays in place, plain lines now and then, or what suits the output",
    details:
      "On a terminal there is one line that stays in place; elsewhere a line comes after two seconds, then every ten "
      + "and, as time goes on, less often. With none there are validations alone."),
  Option(
    "--sample-every", sets: \.sampleInterval, as: .integer(in: counts), group: "Running",
    help: "updates between short texts that the model writes while it learns; they change nothing"),
  Option(
    "--sample-length", sets: \.sampleLength, as: .integer(in: counts), group: "Running",
    help: "characters of such a text"),
  Option("--quiet", "-q", sets: \.isQuiet, group: "Running", help: "say nothing but errors"),
]
