import { keccak256 } from 'viem'
import { openCentralClient } from '../../../adapters/central/central-database.ts'
import { createWalletBook } from '../../../adapters/central/wallet-book.ts'
import { openDatabase } from '../../../adapters/drizzle/database.ts'
import { withDeadline } from '../../../adapters/drizzle/deadline.ts'
import { createLead } from '../../../adapters/drizzle/leadership.ts'
import { createBalanceBook } from '../../../adapters/drizzle/scan/balance-book.ts'
import { createScanStore } from '../../../adapters/drizzle/scan/scan-store.ts'
import { createWalletStore } from '../../../adapters/drizzle/scan/wallet-store.ts'
import { createChainReader } from '../../../adapters/viem/chain-reader.ts'
import { createChainNodes } from '../../../adapters/viem/client.ts'
import { createNewHeads } from '../../../adapters/viem/new-heads.ts'
import { openWitness } from '../../../adapters/viem/quorum/open-witness.ts'
import { type Address, toAddress } from '../../../domain/address.ts'
import { createTransferBloom } from '../../../domain/chains/bloom.ts'
import type { Chain } from '../../../domain/chains/chain.ts'
import type { ChainReader } from '../../../domain/chains/nodes/chain-reader.ts'
import type { GasSignal } from '../../../domain/scan/own-transactions.ts'
import type { Loop } from '../../../runtime/loop.ts'
import type { ScannedChain, ScanTuning } from '../../../scanner/context/scan-deps.ts'
import { createChainScanner } from '../../../scanner/scan-chain.ts'
import { createWalletWatch } from '../../../scanner/wallets/wallet-watch.ts'
import { recordingLog } from '../fakes/recording-log.ts'
import { recordingMetrics } from '../fakes/recording-metrics.ts'

export interface OwnScannerOptions {
  readonly chain: ScannedChain
  readonly rpcUrls: readonly string[]
  readonly wsUrls?: readonly string[]
  readonly databaseUrl: string
  readonly centralUrl: string
  readonly refreshMs?: number
  readonly lateWalletBlocks?: number
  readonly tuning?: Partial<ScanTuning>
  /**
   * Number of endpoints that must agree before a deposit is handed over. @default no quorum
   */
  readonly quorum?: number
  /** How long a commit may take. @default 20_000 */
  readonly answerWithinMs?: number
  /** How long the node may take until the first byte of an answer. @default 5_000 */
  readonly nodeTimeoutMs?: number
  /** Wraps the scanner's node. */
  readonly around?: (reader: ChainReader) => ChainReader
  /** Wraps the scanner's store. */
  readonly aroundStore?: (store: ReturnType<typeof createScanStore>) => typeof store
}

export interface OwnScanner {
  readonly log: ReturnType<typeof recordingLog>
  readonly metrics: ReturnType<typeof recordingMetrics>
  /** Hints that the product's scanner would send to Redis and Temporal. */
  readonly hinted: { readonly gas: GasSignal[]; readonly orphaned: string[] }
  problems(): (string | undefined)[]
  /** Ends the loops after the current commit, as SIGTERM does. */
  stop(): Promise<void>
}

/** Runs the scanner of one chain in this process, on real databases and a real node. */
export function ownScanner(options: OwnScannerOptions): OwnScanner {
  const { chain } = options
  const log = recordingLog()
  const metrics = recordingMetrics()
  const clock = { now: () => new Date() }
  const database = openDatabase(options.databaseUrl, { applicationName: 'test-scanner', max: 4 })
  const openBook = () =>
    openCentralClient(options.centralUrl, {
      applicationName: 'test-wallets',
      statementTimeoutMs: 9_000,
    })
  const { answerWithinMs = 20_000, nodeTimeoutMs = 5_000 } = options
  const wallets = withDeadline(database, 20_000, createWalletStore(database.db))
  const store = withDeadline(database, answerWithinMs, createScanStore(database.db, [chain]))
  const watch = createWalletWatch({
    book: createWalletBook(openBook, { answerWithinMs: 20_000 }),
    store: wallets,
    reserved: new Map([[chain.coldWallet, 'cold wallet']]),
    refreshMs: options.refreshMs ?? 100,
    clock,
    log,
    metrics,
  })
  const nodes = createChainNodes({
    chainId: chain.id,
    urls: options.rpcUrls,
    timeoutMs: nodeTimeoutMs,
  })
  const reader = createChainReader(chain.id, nodes)
  const hinted = { gas: [] as GasSignal[], orphaned: [] as string[] }
  const scanner = createChainScanner({
    chain,
    reader: options.around?.(reader) ?? reader,
    witness:
      options.quorum === undefined
        ? undefined
        : openWitness({ chain, urls: options.rpcUrls, quorum: options.quorum, log, metrics }),
    heads: createNewHeads({ urls: options.wsUrls ?? [], log, retryMs: 50 }),
    store: {
      ...(options.aroundStore?.(store) ?? store),
      lead: createLead(options.databaseUrl, 'scanner'),
    },
    balances: withDeadline(database, 20_000, createBalanceBook(database.db)),
    wallets,
    watch,
    mayHoldTransfers: createTransferBloom(
      chain.tokens.map(({ id }) => id as Address),
      keccak256,
    ),
    hints: {
      gasMined: (signals) => void hinted.gas.push(...signals),
      orphaned: (ids) => void hinted.orphaned.push(...ids),
      async close() {},
    },
    lateWalletBlocks: options.lateWalletBlocks ?? 5_000,
    clock,
    log,
    metrics,
    ...(options.tuning ? { tuning: options.tuning } : {}),
  })
  const stopping = new AbortController()
  const loops: Loop[] = [watch, scanner]
  const running = Promise.all(loops.map((loop) => loop.run(stopping.signal)))
  return {
    log,
    metrics,
    hinted,
    problems: () => loops.map((loop) => loop.problem()),
    async stop() {
      stopping.abort()
      await running
      await database.close()
    },
  }
}

/** Returns the configuration of a devnet's chain, by default with a finality of two blocks. */
export function aDevChain(
  given: { readonly id: number; readonly coldWallet: string; readonly keeper: string } & Partial<
    Pick<Chain, 'finality' | 'blockTimeMs'>
  > & {
      readonly startBlock?: 'latest' | bigint
      readonly internalTransfers?: ScannedChain['internalTransfers']
      readonly tokens?: readonly {
        readonly address: string
        readonly symbol: string
        readonly decimals: number
      }[]
    },
): ScannedChain {
  return {
    id: given.id,
    name: 'devnet',
    finality: given.finality ?? { depth: 2 },
    blockTimeMs: given.blockTimeMs ?? 250,
    feeMode: 'eip1559',
    rollup: 'none',
    coldWallet: toAddress(given.coldWallet),
    gasKeeper: { address: toAddress(given.keeper), alertBelowWei: 0n, maxInFlight: 16 },
    gas: {
      maxFeeWei: 10n ** 11n,
      maxPriorityFeeWei: 10n ** 9n,
      maxPerSweepWei: 10n ** 17n,
      maxFeeShare: 25n,
      maxGas: 100_000n,
      bumpAfterBlocks: 3,
    },
    nativeRemainder: 'tip',
    maxScanLag: 64n,
    native: { id: 'native', symbol: 'ETH', decimals: 18, min: 1n },
    tokens: (given.tokens ?? []).map(({ address, symbol, decimals }) => ({
      id: toAddress(address),
      symbol,
      decimals,
      min: 1n,
    })),
    startBlock: given.startBlock ?? 0n,
    internalTransfers: given.internalTransfers ?? 'off',
  }
}
