/// 1 / ln 2: losses are computed in nats, and shown in bits, too.
public let bitsPerNat = 1.4426950408889634
