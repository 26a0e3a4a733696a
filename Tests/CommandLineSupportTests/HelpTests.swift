import CommandLineSupport
import Testing

@Suite struct HelpTests {
  @Test func wholeTextAtDefaultWidth() {
    #expect(sampleCommand.helpText() == expectedHelp)
  }

  @Test(arguments: [40, 41, 59, 60, 80, 100]) func linesFit(width: Int) {
    let text = sampleCommand.helpText(width: width)
    #expect(text.hasSuffix("b.txt\n") && !text.hasSuffix("\n\n"))
    for line in text.split(separator: "\n") {
      #expect(line.count <= width, "\(line)")
      #expect(!line.hasSuffix(" "), "\(line)")
    }
  }

  @Test(arguments: [40, 60, 80, 100]) func nothingIsLostAtAnyWidth(width: Int) {
    let words = Set(sampleCommand.helpText(width: width).split { $0 == " " || $0 == "\n" })
    #expect(words == Set(sampleCommand.helpText().split { $0 == " " || $0 == "\n" }))
  }

  @Test func widthIsBounded() {
    #expect(sampleCommand.helpText(width: .min) == sampleCommand.helpText(width: 40))
    #expect(sampleCommand.helpText(width: 0) == sampleCommand.helpText(width: 40))
    #expect(sampleCommand.helpText(width: .max) == sampleCommand.helpText(width: 100))
    #expect(sampleCommand.helpText(width: 40) != sampleCommand.helpText(width: 100))
  }

  @Test func oneOption() {
    #expect(
      sampleCommand.helpText(on: "--learning-rate", width: 60) == """
        --learning-rate X
            size of the first step of the optimizer (default: 0.002)
            It falls from there as the schedule says, down to a
            tenth of it at the end of the run.
            Takes a number above 0.

        """)
    #expect(sampleCommand.helpText(on: "--completions").contains("eval \"$(lstm-train --completions bash)\""))
    #expect(sampleCommand.helpText(on: "--nonsense").isEmpty)
  }

  @Test func narrowTextPutsHelpBelowTheOption() {
    let text = sampleCommand.helpText(width: 40)
    #expect(text.contains("\n  --hidden, --rnn-size N\n      units of each layer (default: 128)\n"))
  }

  @Test func defaultsComeFromTheValues() {
    var defaults = SampleValues()
    defaults.hiddenSize = 77
    defaults.learningRate = 1e-5
    defaults.clip = nil
    defaults.prime = "\u{1B}[2J"
    let command = CommandDefinition(
      name: "t", summary: "Tests.", operands: "", version: "0", defaults: defaults,
      options: sampleCommand.options.dropLast(4))
    let text = command.helpText(width: 100)
    #expect(text.hasPrefix("Usage: t [options]\n\nTests.\n\nModel\n"))
    #expect(text.contains("units of each layer (default: 77)\n"))
    #expect(text.contains("(default: 1e-05)"))
    #expect(text.contains("largest global norm of the gradient\n"))
    #expect(text.contains("text to begin with (default: \\u{1B}[2J)\n"))
    #expect(!text.contains("Examples"))
  }

  private let expectedHelp = """
    Usage: lstm-train [options] corpus.txt ...

    Trains a character-level recurrent language model on text files.

    Model
      --cell NAME                 recurrent cell (lstm, gru, rnn; default: lstm)
      --hidden, --rnn-size N      units of each layer (default: 128)
      --connection NAME           cell between the layers (lstm, gru, rnn;
                                  default: the cell's own)

    Training
      --learning-rate X           size of the first step of the optimizer
                                  (default: 0.002)
      --dropout X                 share of activations that are dropped between
                                  layers while training (default: 0)
      --clip, --grad-clip NORM    largest global norm of the gradient (default: 5)
      --offset N                  first chunk (default: 0)
      --seed, -s N                where the random numbers start (default: 1)

    Files
      --checkpoint, -o FILE       where the model is written
                                  (default: checkpoint.bin)
      --init-from FILE            model to begin with
      --with, -w N                another model; repeatable
      --prime, --start-text TEXT  text to begin with

    General
      --quiet, -q                 show no progress
      --no-checkpoints            write no checkpoints
      --help, -h                  list all options, with -h the most common ones;
                                  --help OPTION explains one
      --version                   show the version and exit
      --completions NAME          print completions for a shell and exit (bash, zsh,
                                  fish)
      --manual                    print the manual page and exit

    Examples
      lstm-train corpus.txt
      lstm-train --cell gru a.txt b.txt

    """
}
