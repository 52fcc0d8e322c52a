import type { Hash } from '../../../domain/address.ts'
import type { Log } from '../../../domain/chains/block.ts'
import type { ChainReader } from '../../../domain/chains/nodes/chain-reader.ts'
import { transferContent } from '../../../domain/deposits/match-transfers.ts'
import type {
  Finds,
  ScanCursor,
  ScanStore,
  StoredTransfer,
} from '../../../domain/scan/scan-store.ts'
import { createRecheckBeforeFinal } from '../../../scanner/confirm/recheck-before-final.ts'
import type { ScanDeps } from '../../../scanner/context/scan-deps.ts'
import type { FindsReading } from '../../../scanner/detect/read-finds.ts'
import {
  aBlock,
  aReceipt,
  aTransaction,
  aTransfer,
  aWatch,
  type GivenReceipt,
  hash,
  who,
} from '../../harness/factories/a-block.ts'
import { recordingLog } from '../../harness/fakes/recording-log.ts'
import { recordingMetrics } from '../../harness/fakes/recording-metrics.ts'

/** The only transfer of the chain, in block 10. */
export const transfer = aTransfer()

/** Answers of the fake nodes and rows of the fake store. */
export interface Told {
  readonly ofRange?: (from: bigint, to: bigint) => readonly Log[]
  readonly ofBlock?: readonly Log[]
  /** If true, the deposits of the transaction are already stored. */
  readonly stored?: boolean
  readonly storedAmounts?: readonly bigint[]
  readonly wallets?: readonly string[]
  readonly cursor?: Partial<ScanCursor>
  /** Logs of another endpoint. Without this function there is no other endpoint. */
  readonly elsewhere?: () => Promise<readonly Log[] | undefined>
  /** Logs that the other endpoint lists in a block that is read again. */
  readonly ofBlockElsewhere?: readonly Log[]
  readonly receipt?: GivenReceipt
  /** The hash of a transaction whose trace is missing. If set, the chain is traced. */
  readonly untraced?: Hash
}

const storedAs = (amounts: readonly bigint[]): StoredTransfer[] =>
  amounts.map((amount) => ({
    txHash: transfer.transactionHash,
    blockHash: transfer.blockHash,
    asset: who.token,
    content: transferContent({
      ...{ position: '40', asset: who.token, wallet: who.wallet, sender: who.stranger },
      amount,
    }),
    counted: true,
  }))

/**
 * Creates the recheck before final of a scanner process that begins at block 1, on a chain with one
 * transfer in block 10. Node and store are fakes that record calls.
 */
export function aRecheck(told: Told = {}) {
  const { ofRange = () => [transfer], ofBlock = [transfer], stored = false } = told
  const asked: string[] = []
  const reread: bigint[] = []
  const left: Hash[] = told.untraced ? [told.untraced] : []
  const kept: Hash[] = []
  const detected = new Map<Hash, StoredTransfer[]>()
  if (stored) detected.set(transfer.transactionHash, storedAs(told.storedAmounts ?? [7n]))
  const reader = {
    head: async () => aBlock(),
    header: async (height: bigint) => aBlock({ number: height, hash: hash(Number(height)) }),
    async transferLogsOfRange(from: bigint, to: bigint) {
      asked.push(`${from}-${to}`)
      return ofRange(from, to).filter((log) => log.blockNumber >= from && log.blockNumber <= to)
    },
    block: async (height: bigint) => {
      reread.push(height)
      const call = { to: who.token, value: 0n, mayRunCode: told.untraced !== undefined }
      return aBlock({
        transactions: [aTransaction(told.untraced ? { ...call, hash: told.untraced } : call)],
      })
    },
    transferLogsOfBlock: async () => ofBlock,
    transferLogsElsewhere: told.elsewhere ?? (async () => undefined),
    receipt: async () => aReceipt(told.receipt ?? { logs: [transfer] }),
    moveOn() {},
    endpoint: () => other,
  } as unknown as ChainReader
  const other: ChainReader = {
    ...reader,
    transferLogsOfBlock: async () => told.ofBlockElsewhere ?? ofBlock,
  }
  const store = {
    storedTransfers: async () => [...detected.values()].flat(),
    unreadAmong: async () => new Set(left),
    storedHash: async (_: number, height: bigint) => hash(Number(height)),
    async storeFinds(_: number, __: bigint, { deposits, unread }: Finds) {
      left.push(...unread.map((one) => one.hash))
      kept.push(...unread.map((one) => one.hash))
      for (const { txHash, amount } of deposits) detected.set(txHash, storedAs([amount]))
      return {
        detected: deposits.map(({ id }) => id),
        differences: [],
        external: [],
        gasSignals: [],
        unread,
        unreadAboveCap: 0,
      }
    },
  } as unknown as ScanStore
  const metrics = recordingMetrics()
  const chain = { id: 1, name: 'devnet', tokens: [{ id: who.token }] }
  const wallets = new Set(told.wallets ?? [who.wallet])
  const reading = {
    ...aWatch,
    chain,
    width: 2,
    wallets: { matching: async () => wallets },
    mayHoldTransfers: () => true,
    ...(told.untraced ? { cannotTrace: () => {} } : {}),
  } as unknown as FindsReading
  const hints = { gasMined() {} }
  const log = recordingLog()
  const deps = { chain, store, metrics, hints, log } as unknown as ScanDeps
  const opened = { startHeight: 1n, height: 0n, finalHeight: null, ...told.cursor } as ScanCursor
  const second = createRecheckBeforeFinal(deps, reading, opened)
  const late = () => metrics.counts.get('late_transfers') ?? 0
  return {
    asked,
    reread,
    left,
    kept,
    detected,
    second,
    late,
    log,
    ask: (height: bigint) => second.recheck(reader, height),
    askInTime: (head: bigint) => second.recheckInTime(reader, head),
  }
}
