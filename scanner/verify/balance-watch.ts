import type { Address, Hash } from '../../domain/address.ts'
import { largerOf, smallerOf } from '../../domain/amount.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import { keptStates } from '../../domain/chains/nodes/kept-states.ts'
import { mapBounded } from '../../domain/map-bounded.ts'
import type { ScanCursor } from '../../domain/scan/scan-store.ts'
import { defaultTuning, type ScanDeps } from '../context/scan-deps.ts'

export interface BalanceWatch {
  /** Looks at some wallets, when the time for it has come and there is nothing newer to read. */
  look(reader: ChainReader, cursor: ScanCursor): Promise<void>
}

interface Unexplained {
  readonly wallet: Address
  readonly amountWei: bigint
  /** Blocks in which it came, both included. */
  readonly from: bigint
  readonly to: bigint
}

/**
 * So many of each kind in one look: those with recent deposits, and the next ones in the order of
 * all wallets.
 */
const walletsOfLook = 25

/**
 * Coin that a contract paid to a user wallet shows in no block where nobody traces. It shows in the
 * wallet's balance: what no row explains is an alarm, with the blocks between which it came, so
 * that these are read again at a node that traces (MONEY 13, 23). No deposit is made up from a
 * balance: it has no transaction that an exchange could hold it against.
 */
export function createBalanceWatch(deps: ScanDeps): BalanceWatch {
  const { chain, balances, store, clock, log, metrics } = deps
  const { width, balanceLookMs } = { ...defaultTuning, ...deps.tuning }
  const told = new Map<Address, bigint>()
  let lookedAt = Number.NEGATIVE_INFINITY
  let seq = 0n
  /**
   * Final heights at which this round over all wallets began, and the one before it: every wallet
   * was looked at since then.
   */
  let roundBegan: bigint | undefined
  let lastBegan: bigint | undefined

  async function next(upToSeq: bigint, finalHeight: bigint): Promise<readonly Address[]> {
    const recent = await balances.recent(chain.id, upToSeq, walletsOfLook)
    const some = await balances.after(seq, upToSeq, walletsOfLook)
    seq = some.at(-1)?.seq ?? 0n
    if (some.length === 0) lastBegan = roundBegan
    if (some.length === 0 || roundBegan === undefined) roundBegan = finalHeight
    return [...new Set([...recent, ...some.map(({ address }) => address)])]
  }

  /**
   * What is there beyond what rows explain, as of a final block; undefined where that can't be said
   * now.
   */
  async function unexplained(
    reader: ChainReader,
    wallet: Address,
    explained: bigint | undefined,
    block: Hash,
  ): Promise<bigint | undefined> {
    if (explained === undefined) return undefined
    return (await reader.nativeBalance(wallet, block)) - explained
  }

  async function excessAt(reader: ChainReader, wallet: Address, height: bigint) {
    const hash = await store.storedHash(chain.id, height)
    if (hash === undefined) return undefined
    const rows = await balances.explained(chain.id, [wallet], height)
    return await unexplained(reader, wallet, rows.get(wallet), hash).catch(() => undefined)
  }

  /** The last block known to be before it came. */
  async function cameAfter(reader: ChainReader, wallet: Address, from: bigint, final: bigint) {
    let low = from
    let high = final
    const kept = final - keptStates
    if (kept > low) {
      if (((await excessAt(reader, wallet, kept)) ?? 1n) > 0n) return { low, high: final }
      low = kept
    }
    while (high - low > 1n) {
      const middle = (low + high) / 2n
      const excess = await excessAt(reader, wallet, middle)
      if (excess === undefined) break
      if (excess > 0n) high = middle
      else low = middle
    }
    return { low, high }
  }

  async function tell(
    reader: ChainReader,
    wallet: Address,
    amountWei: bigint,
    cursor: ScanCursor,
  ): Promise<Unexplained> {
    const final = cursor.finalHeight ?? 0n
    const from = largerOf(lastBegan ?? 0n, cursor.startHeight - 1n)
    const { low, high } = await cameAfter(reader, wallet, from, final)
    const hash = (await store.storedHash(chain.id, high)) ?? cursor.hash
    await balances.tell(chain.id, {
      wallet,
      amountWei,
      afterBlock: low,
      block: { number: high, hash },
    })
    told.set(wallet, amountWei)
    return { wallet, amountWei, from: low + 1n, to: high }
  }

  /** One line a look: anybody can pay a little to many wallets. Each has its event. */
  function alarm(found: readonly Unexplained[]): void {
    const [first] = found
    if (!first) return
    const from = found.map((one) => one.from).reduce(smallerOf)
    const to = found.map((one) => one.to).reduce(largerOf)
    log.error(
      { ...first, from, to, wallets: found.length },
      'a wallet holds coin that no row explains: read these blocks again at a node that traces (coldsweep rescan)',
    )
  }

  async function lookAt(reader: ChainReader, cursor: ScanCursor, finalHeight: bigint) {
    const block = await store.storedHash(chain.id, finalHeight)
    if (block === undefined) return
    const wallets = await next(cursor.walletSeq, finalHeight)
    const rows = await balances.explained(chain.id, wallets, finalHeight)
    const found: Unexplained[] = []
    try {
      await mapBounded(wallets, width, async (wallet) => {
        const excess = await unexplained(reader, wallet, rows.get(wallet), block)
        if (excess === undefined || excess === told.get(wallet)) return
        if (excess > 0n) found.push(await tell(reader, wallet, excess, cursor))
        else told.delete(wallet)
      })
    } finally {
      alarm(found)
    }
    metrics.gauge('wallets_with_unexplained_coin', { chain: chain.name }, told.size)
  }

  return {
    async look(reader, cursor) {
      const now = clock.now().getTime()
      if (chain.internalTransfers === 'off' || cursor.finalHeight === null) return
      if (now - lookedAt < balanceLookMs) return
      lookedAt = now
      try {
        await lookAt(reader, cursor, cursor.finalHeight)
      } catch (error) {
        // A node that has forgotten the state, say: deposits must not wait for this.
        metrics.count('balance_looks_failed', { chain: chain.name })
        log.warn({ error }, 'balances of wallets could not be read; the next look follows')
      }
    },
  }
}
