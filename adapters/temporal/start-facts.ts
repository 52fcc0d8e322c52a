import type { StartFacts } from './sweep-start.ts'

/** The parts of a configuration that a run is started with. */
interface TimedChain {
  readonly name: string
  readonly blockTimeMs: number
}

interface WaitSeconds {
  readonly gasWaitSeconds: number
  readonly waitRecheckSeconds: number
  readonly attentionAfterSeconds: number
}

/** One place for it: intake, `adopt` and an operator's retry must start the same run. */
export function startFacts({ name, blockTimeMs }: TimedChain, timers: WaitSeconds): StartFacts {
  return {
    chainName: name,
    timers: {
      gasWaitMs: Math.ceil(timers.gasWaitSeconds * 1000),
      recheckMs: Math.ceil(timers.waitRecheckSeconds * 1000),
      attentionAfterMs: Math.ceil(timers.attentionAfterSeconds * 1000),
      notYetMs: blockTimeMs,
    },
  }
}
