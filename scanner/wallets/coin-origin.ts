import type { Address } from '../../domain/address.ts'
import { largerOf, smallerOf } from '../../domain/amount.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import { keptStates } from '../../domain/chains/nodes/node-limits.ts'
import { groupBy } from '../../domain/lists.ts'
import { adoptCommand } from '../../domain/scan/adopt-command.ts'
import { rescanCommand } from '../../domain/scan/rescan-command.ts'
import type { ScanCursor } from '../../domain/scan/scan-store.ts'
import type { ScanDeps } from '../context/scan-deps.ts'

/**
 * When unexplained native coin came: before the first block that the scanner reads, or in a block
 * that it has read. `unknown`: the node no longer has the state that would show it.
 */
export type CoinOrigin = 'before-start' | 'after-start' | 'unknown'

/** Unexplained native coin of one wallet, and the blocks, both included, in which it came. */
export interface Unexplained {
  readonly wallet: Address
  readonly amountWei: bigint
  readonly from: bigint
  readonly to: bigint
  readonly origin: CoinOrigin
}

/**
 * Reads the balance before the first block that the scanner reads. A balance of 0 at a block that
 * the node may have pruned shows nothing (docs/decisions/0025).
 */
export async function readOrigin(
  { chain, balances }: Pick<ScanDeps, 'chain' | 'balances'>,
  reader: ChainReader,
  wallet: Address,
  { startHeight, finalHeight }: ScanCursor,
): Promise<CoinOrigin> {
  const before = startHeight - 1n
  try {
    const header = await reader.header(before)
    const rows = await balances.explained(chain.id, [wallet], before)
    const explained = rows.get(wallet)
    if (!header || explained === undefined) return 'unknown'
    const balance = await reader.nativeBalance(wallet, header.hash)
    if (balance > explained) return 'before-start'
    return (finalHeight ?? before) - before <= keptStates ? 'after-start' : 'unknown'
  } catch {
    return 'unknown'
  }
}

/** The newest words of each alarm, with the remedy for the origin. */
const words: Readonly<Record<CoinOrigin, string>> = {
  'after-start':
    'wallet holds native coin that no row explains; rescan these blocks at a node that traces (command)',
  'before-start':
    'wallet holds native coin from before startBlock, which no row explains; adopt it as an opening balance (adopt), or rescan the blocks before startBlock (command)',
  unknown:
    'wallet holds native coin that no row explains, perhaps from before startBlock; rescan these blocks at a node that traces (command), or adopt it as an opening balance (adopt)',
}

/**
 * Logs one line for each origin, because anybody can pay small amounts to many wallets. Each wallet
 * has its own event.
 */
export function logUnexplained(
  { chain, log }: Pick<ScanDeps, 'chain' | 'log'>,
  found: readonly Unexplained[],
): void {
  for (const [origin, [first, ...others]] of groupBy(found, (one) => one.origin)) {
    if (!first) continue
    const from = others.map((one) => one.from).reduce(smallerOf, first.from)
    const to = others.map((one) => one.to).reduce(largerOf, first.to)
    const command = rescanCommand(chain.id, { from, to }, 'native coin that no row explains')
    const which = others.length === 0 ? first.wallet : 'all'
    const adopt = adoptCommand(chain.id, which, 'native coin from before startBlock')
    const remedies = origin === 'after-start' ? { command } : { command, adopt }
    log.error({ ...first, from, to, wallets: others.length + 1, ...remedies }, words[origin])
  }
}
