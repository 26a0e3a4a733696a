/// Bits per nat, 1 / ln 2: losses are computed in nats, and also shown in bits.
public let bitsPerNat = 1.4426950408889634
