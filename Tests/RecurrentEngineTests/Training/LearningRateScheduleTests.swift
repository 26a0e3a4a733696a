import Foundation
import Testing

@testable import RandomNumbers
@testable import RecurrentEngine
@testable import RecurrentModel
@testable import Safetensors
@testable import SystemCalls
@testable import TextCorpus

@Suite struct LearningRateScheduleTests {
  private func factors(_ schedule: LearningRateSchedule, horizon: Int, stepsPerEpoch: Int = 10) -> [Double] {
    (0..<horizon).map { schedule.factor(step: $0, horizon: horizon, epoch: $0 / stepsPerEpoch) }
  }

  @Test func constantStays() {
    #expect(factors(LearningRateSchedule(), horizon: 50).allSatisfy { $0 == 1 })
  }

  @Test func warmUpRisesEvenly() {
    let factors = factors(LearningRateSchedule(warmupSteps: 4), horizon: 8)
    #expect(factors == [0.2, 0.4, 0.6, 0.8, 1, 1, 1, 1])
  }

  @Test(arguments: [0, 7]) func cosineAndLinearEndAtTheHorizon(warmup: Int) {
    let horizon = 40
    let length = Double(horizon - warmup)
    let cosine = factors(LearningRateSchedule(kind: .cosine, warmupSteps: warmup), horizon: horizon)
    let linear = factors(LearningRateSchedule(kind: .linear, warmupSteps: warmup), horizon: horizon)
    for step in warmup..<horizon {
      let done = Double(step - warmup) / length
      #expect(abs(cosine[step] - (1 + cos(.pi * done)) / 2) < 1e-14)
      #expect(abs(linear[step] - (1 - done)) < 1e-14)
    }
  }

  @Test func stepIsTheRecipeOfCharRNN() {
    let schedule = LearningRateSchedule(kind: .step, decayRate: 0.97, decayAfter: 2)
    let factors = factors(schedule, horizon: 50)
    for step in 0..<50 {
      let decays = max(0, step / 10 - 1)
      #expect(abs(factors[step] - pow(0.97, Double(decays))) < 1e-14, "\(step)")
    }
    let seldom = LearningRateSchedule(kind: .step, decayRate: 0.5, decayEvery: 2)
    #expect(self.factors(seldom, horizon: 60, stepsPerEpoch: 10)[0] == 1)
    #expect([10, 20, 30, 40].map { self.factors(seldom, horizon: 60)[$0] } == [1, 0.5, 0.5, 0.25])
  }

  @Test func wsdFallsOverTheLastSteps() {
    let factors = factors(LearningRateSchedule(kind: .wsd, decaySteps: 4), horizon: 10)
    #expect(factors == [1, 1, 1, 1, 1, 1, 1, 0.75, 0.5, 0.25])
    #expect(self.factors(LearningRateSchedule(kind: .wsd), horizon: 10) == [1, 1, 1, 1, 1, 1, 1, 1, 1, 0.5])
    // A run of unknown length.
    let open = LearningRateSchedule(kind: .wsd)
    for kind in [LearningRateSchedule.Kind.wsd, .cosine, .linear] {
      #expect(LearningRateSchedule(kind: kind).factor(step: 1_000_000, horizon: nil, epoch: 9) == 1)
    }
    #expect(open.decayLength(horizon: .max) == .max / 5)
  }

  @Test func factorsAreRatesWhateverTheLength() {
    for kind in LearningRateSchedule.Kind.allCases {
      for (warmup, horizon, decay) in [(0, 1, 1), (5, 3, 9), (2, 2, 1), (0, 2, 100)] {
        let schedule = LearningRateSchedule(kind: kind, warmupSteps: warmup, decaySteps: decay)
        for step in 0..<horizon + 3 {
          let factor = schedule.factor(step: step, horizon: horizon, epoch: step)
          #expect(factor >= 0 && factor <= 1, "\(kind) \(warmup) \(horizon) \(step)")
          if step < horizon { #expect(factor > 0) }
        }
      }
    }
  }
}
