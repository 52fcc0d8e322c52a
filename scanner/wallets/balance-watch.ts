import type { Address, Hash } from '../../domain/address.ts'
import { largerOf } from '../../domain/amount.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import { keptStates } from '../../domain/chains/nodes/node-limits.ts'
import type { ScanCursor } from '../../domain/scan/scan-store.ts'
import { mapConcurrently } from '../../runtime/map-concurrently.ts'
import { defaultTuning, type ScanDeps } from '../context/scan-deps.ts'
import { logUnexplained, readOrigin, type Unexplained } from './coin-origin.ts'

/** Compares the native balances of user wallets with the rows. */
export interface BalanceWatch {
  /**
   * Compares the balances of some wallets with the rows, once per interval. Call it only while no
   * block is left to read.
   */
  poll(reader: ChainReader, cursor: ScanCursor): Promise<void>
}

/**
 * Number of wallets of each kind in one poll: wallets with recent deposits, and the next wallets in
 * the order of all wallets.
 */
const walletsOfPoll = 25

/**
 * Finds native coin that a contract paid to a user wallet on a chain without traces. No block shows
 * such a payment, but the wallet's balance does. A balance that rows do not explain raises an alarm
 * with the blocks of the payment. An operator can then rescan these blocks at a node that traces
 * (MONEY 13, 23). A balance alone makes no deposit, because it has no transaction that an exchange
 * could check.
 */
export function createBalanceWatch(deps: ScanDeps): BalanceWatch {
  const { chain, balances, store, clock, log, metrics } = deps
  const { width, balancePollMs } = { ...defaultTuning, ...deps.tuning }
  const reported = new Map<Address, bigint>()
  let polledAt = Number.NEGATIVE_INFINITY
  let seq = 0n
  /**
   * Final heights at the start of the current round over all wallets, and of the last complete
   * round. Every wallet was polled after the start of the last complete round.
   */
  let roundBegan: bigint | undefined
  let lastBegan: bigint | undefined

  async function next(upToSeq: bigint, finalHeight: bigint): Promise<readonly Address[]> {
    const recent = await balances.recent(chain.id, upToSeq, walletsOfPoll)
    const some = await balances.after(seq, upToSeq, walletsOfPoll)
    seq = some.at(-1)?.seq ?? 0n
    if (some.length === 0) lastBegan = roundBegan
    if (some.length === 0 || roundBegan === undefined) roundBegan = finalHeight
    return [...new Set([...recent, ...some.map(({ address }) => address)])]
  }

  /**
   * Returns the balance minus the amount that rows explain, at a final block. Returns undefined if
   * the rows cannot explain the wallet now.
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

  /**
   * Narrows down the blocks of the payment. It came after block `low` and not after block `high`.
   */
  async function boundsOf(reader: ChainReader, wallet: Address, from: bigint, final: bigint) {
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

  async function report(
    reader: ChainReader,
    wallet: Address,
    amountWei: bigint,
    cursor: ScanCursor,
  ): Promise<Unexplained> {
    const final = cursor.finalHeight ?? 0n
    const from = largerOf(lastBegan ?? 0n, cursor.startHeight - 1n)
    const { low, high } = await boundsOf(reader, wallet, from, final)
    const isKnown = low >= cursor.startHeight
    const origin = isKnown ? 'after-start' : await readOrigin(deps, reader, wallet, cursor)
    const came =
      origin === 'before-start' ? { low: 0n, high: cursor.startHeight - 1n } : { low, high }
    const hash = (await store.storedHash(chain.id, came.high)) ?? cursor.hash
    await balances.oweAlarm(chain.id, {
      wallet,
      amountWei,
      afterBlock: came.low,
      block: { number: came.high, hash },
      origin,
    })
    reported.set(wallet, amountWei)
    return { wallet, amountWei, from: came.low + 1n, to: came.high, origin }
  }

  async function pollWallets(reader: ChainReader, cursor: ScanCursor, finalHeight: bigint) {
    const block = await store.storedHash(chain.id, finalHeight)
    if (block === undefined) return
    const wallets = await next(cursor.walletSeq, finalHeight)
    const rows = await balances.explained(chain.id, wallets, finalHeight)
    const found: Unexplained[] = []
    try {
      await mapConcurrently(wallets, width, async (wallet) => {
        const excess = await unexplained(reader, wallet, rows.get(wallet), block)
        if (excess === undefined || excess === reported.get(wallet)) return
        if (excess > 0n) found.push(await report(reader, wallet, excess, cursor))
        else reported.delete(wallet)
      })
    } finally {
      logUnexplained(deps, found)
    }
    metrics.gauge('wallets_with_unexplained_coin', { chain: chain.name }, reported.size)
  }

  return {
    async poll(reader, cursor) {
      const now = clock.now().getTime()
      if (chain.internalTransfers === 'off' || cursor.finalHeight === null) return
      if (now - polledAt < balancePollMs) return
      polledAt = now
      try {
        await pollWallets(reader, cursor, cursor.finalHeight)
      } catch (error) {
        // For example, the node may have pruned the state. Deposits must not wait for this check.
        metrics.count('balance_looks_failed', { chain: chain.name })
        log.warn({ error }, 'balance poll failed; retrying')
      }
    },
  }
}
