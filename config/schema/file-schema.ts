import { z } from 'zod'
import { chainSchema } from './chain-schema.ts'
import { countLeaf, durationLeaf } from './number-leaf.ts'

const seconds = durationLeaf('seconds')
const rounds = countLeaf({ min: 1, max: 100, example: 3 })

const timersSchema = z.strictObject({
  gasWaitSeconds: seconds.default(60),
  waitRecheckSeconds: seconds.default(60),
  leaseSeconds: seconds.default(120),
  attentionAfterSeconds: seconds.default(86_400),
  adoptAfterSeconds: seconds.default(300),
  keeperWatchSeconds: seconds.default(30),
  gasSignalTtlSeconds: seconds.default(86_400),
  reconcileSeconds: seconds.default(3_600),
})

const limitsSchema = z.strictObject({
  gasRounds: rounds.default(3),
  sweepRounds: rounds.default(3),
})

/** coldsweep.yaml. Unknown keys are faults at every depth. */
export const fileSchema = z.strictObject({
  chains: z.array(chainSchema).min(1),
  walletRefreshSeconds: seconds.default(5),
  coldWalletDelayHours: durationLeaf('hours').default(24),
  lateWalletBlocks: countLeaf({ min: 0, example: 5000 }).default(5000),
  timers: timersSchema.prefault({}),
  limits: limitsSchema.prefault({}),
})

export type FileEntry = z.output<typeof fileSchema>
