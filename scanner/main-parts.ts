import { keccak256 } from 'viem'
import { openCentralClient } from '../adapters/central/central-database.ts'
import { inspectCentral } from '../adapters/central/inspect-central.ts'
import { createWalletBook } from '../adapters/central/wallet-book.ts'
import { readStartFacts } from '../adapters/drizzle/chains/start-facts.ts'
import { openDatabase } from '../adapters/drizzle/database.ts'
import { withDeadline } from '../adapters/drizzle/deadline.ts'
import { createLead } from '../adapters/drizzle/leadership.ts'
import { createBalanceBook } from '../adapters/drizzle/scan/balance-book.ts'
import { createScanStore } from '../adapters/drizzle/scan/scan-store.ts'
import { createWalletStore } from '../adapters/drizzle/scan/wallet-store.ts'
import { createChainReader } from '../adapters/viem/chain-reader.ts'
import { type ChainNodes, createChainNodes } from '../adapters/viem/client.ts'
import { createNewHeads } from '../adapters/viem/new-heads.ts'
import { openWitness } from '../adapters/viem/quorum/open-witness.ts'
import { toEip55 } from '../adapters/viem/to-eip55.ts'
import { nativeTokenProblems } from '../adapters/viem/tokens/native-as-token.ts'
import type { ChainConfig, Config } from '../config/schema/config.ts'
import type { Address } from '../domain/address.ts'
import { createTransferBloom } from '../domain/chains/bloom.ts'
import { ownAddresses, startErrors } from '../domain/chains/start-errors.ts'
import { StartRefused, WrongChain } from '../domain/errors.ts'
import type { Log, Metrics } from '../domain/process.ts'
import type { DepositWitness } from '../domain/scan/deposit-witness.ts'
import { createPatientReader } from './detect/patient-reader.ts'
import { createWalletWatch, type WalletWatch } from './wallets/wallet-watch.ts'

const clock = { now: () => new Date() }

/** Deadline of a database call. The largest commit of a scanner takes a second or two. */
const answerWithinMs = 30_000
/**
 * Wraps a part by its name. Tests use it to kill the process around a part, or to let a node fail;
 * production returns each part unchanged.
 */
/** The parts of the environment that the scanner reads. It reads no private key. */
export const needs = ['database', 'central', 'redis', 'temporal'] as const

export type ScanWrap = <T extends object>(name: ScanPartName, part: T) => T
type ScanPartName = 'store' | 'gasSignals' | 'runs' | 'reader'

export const asItIs: ScanWrap = (_, part) => part

/**
 * Returns all chains, or the chain with this id.
 * @throws StartRefused if no chain has the id
 */
export function chosen(
  chains: readonly ChainConfig[],
  id: number | undefined,
): readonly ChainConfig[] {
  if (id === undefined) return chains
  const chain = chains.find((one) => one.id === id)
  if (chain) return [chain]
  const known = chains.map((one) => one.id).join(', ')
  throw new StartRefused([`chain ${id} is not in coldsweep.yaml, which has ${known}`])
}

/** Opens the parts that all chains of the process share. */
export function openShared(
  config: Config<'database' | 'central'>,
  log: Log,
  metrics: Metrics,
  wrap: ScanWrap,
) {
  const url = config.database.url.reveal()
  const database = openDatabase(url, {
    applicationName: 'coldsweep-scanner',
    statementTimeoutMs: answerWithinMs - 1_000,
  })
  const centralUrl = config.central.url.reveal()
  const openBook = () =>
    openCentralClient(centralUrl, {
      applicationName: 'coldsweep-wallets',
      statementTimeoutMs: 9_000,
    })
  const wallets = withDeadline(database, answerWithinMs, createWalletStore(database.db))
  const store = createScanStore(database.db, config.chains)
  const watch: WalletWatch = createWalletWatch({
    book: createWalletBook(openBook),
    store: wallets,
    reserved: new Map(ownAddresses(config.chains).map(({ address, what }) => [address, what])),
    refreshMs: config.walletRefreshSeconds * 1000,
    clock,
    log: log.child({ loop: 'wallets' }),
    metrics,
  })
  return {
    database,
    wallets,
    watch,
    balances: withDeadline(database, answerWithinMs, createBalanceBook(database.db)),
    store: wrap('store', {
      ...withDeadline(database, answerWithinMs, store),
      lead: createLead(url, 'scanner'),
    }),
    clock,
    metrics,
    close: database.close,
  }
}

/** Opens a chain's endpoints from coldsweep.yaml. */
export function openNodes(chain: ChainConfig, metrics: Metrics): ChainNodes {
  return createChainNodes({
    chainId: chain.id,
    urls: chain.rpcUrls.map((url) => url.reveal()),
    onUnusable: () => metrics.count('rpc_unusable_answers', { chain: chain.name }),
  })
}

function nodesOf(chain: ChainConfig, nodes: ReadonlyMap<number, ChainNodes>): ChainNodes {
  const opened = nodes.get(chain.id)
  if (!opened) throw new Error(`no endpoints were opened for chain ${chain.id}`)
  return opened
}

/**
 * MONEY 20: opens the witness of a chain with several endpoints, which check each deposit before it
 * is handed over. Returns undefined for a single endpoint.
 */
export function witnessOf(
  chain: ChainConfig,
  parent: Log,
  metrics: Metrics,
): DepositWitness | undefined {
  return openWitness({
    chain,
    urls: chain.rpcUrls.map((url) => url.reveal()),
    quorum: chain.rpcQuorum,
    log: parent.child({ chain: chain.name }),
    metrics,
  })
}

/** Opens the parts of one chain's scanner. */
export function chainParts(
  chain: ChainConfig,
  nodes: ReadonlyMap<number, ChainNodes>,
  parent: Log,
  wrap: ScanWrap,
) {
  const log = parent.child({ chain: chain.name })
  const tokens = chain.tokens.map(({ id }) => id as Address)
  const reader = createChainReader(chain.id, nodesOf(chain, nodes), chain.rollup)
  return {
    chain,
    log,
    reader: createPatientReader(wrap('reader', reader)),
    heads: createNewHeads({ urls: chain.wsUrls.map((url) => url.reveal()), log }),
    mayHoldTransfers: createTransferBloom(tokens, keccak256),
  }
}

/**
 * Checks MONEY 18 and the nodes' chain ids. Returns the problems that forbid the start. The process
 * also starts while a node or the central database is down, because the loops retry, and a node is
 * asked for its chain id before its first use in any case.
 */
export async function startProblems(
  config: Config<'central'>,
  chains: readonly ChainConfig[],
  { database }: Pick<ReturnType<typeof openShared>, 'database'>,
  nodes: ReadonlyMap<number, ChainNodes>,
  log: Log,
): Promise<readonly string[]> {
  const facts = await readStartFacts(database, chains)
  const addresses = ownAddresses(chains).map(({ address }) => address)
  const central = await inspectCentral(config.central.url.reveal(), addresses)
  const checked = await Promise.all([...nodes.values()].map((node) => node.check()))
  const errors = checked.flat().filter((error) => error !== undefined)
  for (const error of errors) {
    if (!(error instanceof WrongChain)) log.warn({ error }, 'node does not answer yet')
  }
  const coins = await Promise.all(
    chains.map(async (chain) => {
      const node = nodes.get(chain.id)
      const report = (error: unknown) =>
        log.warn({ error, chain: chain.name }, 'tokens were not compared with the native coin')
      return node ? await nativeTokenProblems(chain, node, report) : []
    }),
  )
  return [
    ...coins.flat(),
    ...startErrors(chains, { ...facts, inUserwallet: central.hits }, toEip55),
    ...errors.filter((error) => error instanceof WrongChain).map(({ message }) => message),
  ]
}
