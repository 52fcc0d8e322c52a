import { z } from 'zod'
import { addressLeaf } from './address-leaf.ts'
import { amountLeaf, gweiLeaf } from './amount-leaf.ts'
import { countLeaf, startBlockLeaf } from './number-leaf.ts'
import { nameLeaf, urlLeaf, wordLeaf } from './text-leaf.ts'
import { toleranceLeaf } from './tolerance-leaf.ts'

const rpcUrl = urlLeaf(['http', 'https'], 'https://bsc-dataseed.bnbchain.org')
const wsUrl = urlLeaf(['ws', 'wss'], 'wss://bsc-rpc.publicnode.com')

const tokenSchema = z.strictObject({
  address: addressLeaf,
  symbol: nameLeaf('USDT'),
  decimals: countLeaf({ min: 0, max: 77, example: 18 }),
  min: amountLeaf,
  approveAbove: amountLeaf.optional(),
  tolerance: toleranceLeaf.optional(),
})

/**
 * One entry of `chains`. What several values must be to each other stands in coincidences.ts,
 * finality-faults.ts and quorum-faults.ts.
 */
export const chainSchema = z.strictObject({
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
    bumpAfterBlocks: countLeaf({ min: 1, max: 10_000, example: 3 }).optional(),
  }),
  native: z.strictObject({
    symbol: nameLeaf('BNB'),
    min: amountLeaf,
    approveAbove: amountLeaf.optional(),
  }),
  tokens: z.array(tokenSchema).default([]),
  internalTransfers: wordLeaf(['trace', 'balance', 'off']).default('balance'),
  nativeRemainder: wordLeaf(['tip', 'keep']).optional(),
})

/** A chain as the yaml gives it, each value read, none compared with another yet. */
export type ChainEntry = z.output<typeof chainSchema>
