// `import RecurrentEngine` alone gives a program everything it needs from the modules below.
@_exported public import MessagePassing
@_exported public import RecurrentModel
@_exported public import Safetensors
@_exported public import SystemCalls
@_exported public import TextCorpus

@_exported public import struct RandomNumbers.RandomGenerator
