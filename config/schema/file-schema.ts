import { z } from 'zod'
import { addressLeaf } from './address-leaf.ts'
import { amountLeaf, gweiLeaf, toleranceLeaf } from './amount-leaf.ts'
import { countLeaf, durationLeaf, startBlockLeaf } from './number-leaf.ts'
import { nameLeaf, urlLeaf, wordLeaf } from './text-leaf.ts'

const rpcUrl = urlLeaf(['http', 'https'], 'https://bsc-dataseed.bnbchain.org')
const wsUrl = urlLeaf(['ws', 'wss'], 'wss://bsc-rpc.publicnode.com')

const gasLeaf = (example: number) => countLeaf({ min: 21_000, max: 30_000_000, example })

/** A share in percent. */
const shareLeaf = (example: number) => countLeaf({ min: 1, max: 100, example })

const budgetSchema = z.strictObject({
  perHour: amountLeaf.optional(),
  perDay: amountLeaf.optional(),
})

const tokenSchema = z.strictObject({
  address: addressLeaf,
  symbol: nameLeaf('USDT'),
  decimals: countLeaf({ min: 0, max: 77, example: 18 }),
  min: amountLeaf,
  approveAbove: amountLeaf.optional(),
  tolerance: toleranceLeaf.optional(),
  maxGas: gasLeaf(500_000).optional(),
  budget: budgetSchema.optional(),
  price: z.strictObject({ fixed: amountLeaf }).optional(),
  maxGasShare: shareLeaf(10).optional(),
})

/**
 * Schema of one entry of `chains`. Rules that compare several values are in config/file/, for
 * example in duplicate-errors.ts and finality-errors.ts.
 */
const chainSchema = z.strictObject({
  id: countLeaf({ min: 1, example: 56 }),
  name: nameLeaf('bsc'),
  rpc: z.array(rpcUrl).min(1),
  ws: z.array(wsUrl).default([]),
  rpcQuorum: countLeaf({ min: 1, example: 2 }).optional(),
  startBlock: startBlockLeaf.default('latest'),
  finality: z
    .strictObject({
      tag: wordLeaf(['finalized', 'safe']).optional(),
      depth: countLeaf({ min: 0, max: 100_000, example: 15 }).optional(),
    })
    .optional(),
  blockTimeMs: countLeaf({ min: 1, max: 3_600_000, example: 750 }),
  maxScanLag: countLeaf({ min: 1, max: 100_000, example: 64 }).optional(),
  feeMode: wordLeaf(['eip1559', 'legacy']).default('eip1559'),
  rollup: wordLeaf(['none', 'op-stack', 'scroll', 'arbitrum']).optional(),
  coldWallet: addressLeaf,
  gasKeeper: z.strictObject({
    address: addressLeaf,
    alertBelow: amountLeaf,
    maxInFlight: countLeaf({ min: 1, max: 64, example: 16 }).default(16),
  }),
  gas: z.strictObject({
    maxFeeGwei: gweiLeaf,
    maxPriorityFeeGwei: gweiLeaf.optional(),
    maxPerSweep: amountLeaf.optional(),
    maxFeeShare: shareLeaf(25).default(25),
    maxGasShare: shareLeaf(10).default(10),
    maxGas: gasLeaf(100_000).default(100_000),
    bumpAfterBlocks: countLeaf({ min: 1, max: 10_000, example: 3 }).optional(),
  }),
  native: z.strictObject({
    symbol: nameLeaf('BNB'),
    min: amountLeaf,
    approveAbove: amountLeaf.optional(),
    budget: budgetSchema.optional(),
  }),
  budget: budgetSchema.optional(),
  tokens: z.array(tokenSchema).default([]),
  internalTransfers: wordLeaf(['trace', 'balance', 'off']).default('balance'),
  nativeRemainder: wordLeaf(['tip', 'keep']).optional(),
})

/** A parsed entry of `chains`. Each value was checked alone, without the rules between values. */
export type ChainEntry = z.output<typeof chainSchema>

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
  walletSweepsPerDay: countLeaf({ min: 1, max: 100_000, example: 24 }).default(24),
})

/** The schema of coldsweep.yaml. Unknown keys are errors on every level. */
export const fileSchema = z.strictObject({
  chains: z.array(chainSchema).min(1),
  walletRefreshSeconds: seconds.default(5),
  coldWalletDelayHours: durationLeaf('hours').default(24),
  lateWalletBlocks: countLeaf({ min: 0, example: 5000 }).default(5000),
  timers: timersSchema.prefault({}),
  limits: limitsSchema.prefault({}),
})

export type FileEntry = z.output<typeof fileSchema>
