import type { Address } from '../../domain/address.ts'
import type { Clock } from '../../domain/clock.ts'
import type { Log } from '../../domain/log.ts'
import type { Loop } from '../../domain/loop.ts'
import type { Metrics } from '../../domain/metrics.ts'
import { pause } from '../../domain/pause.ts'
import type { WalletBook } from '../../domain/scan/wallet-book.ts'
import type { WalletStore } from '../../domain/scan/wallet-store.ts'
import { createWalletIndex } from './wallet-index.ts'

/** What the chains of a process know of the central table. */
export interface WalletKnowledge {
  /** Every wallet up to this sequence is in the fingerprints. */
  readonly seq: bigint
  /** Where each chain stood when the newest whole reading of the central table began. */
  readonly heights: ReadonlyMap<number, bigint>
}

export interface WalletWatch extends Loop {
  isWallet(address: Address): boolean
  /** undefined until the stored wallets are loaded and the central table was tried once. */
  knowledge(): WalletKnowledge | undefined
  /** One reading now. Rejects only when the stored wallets can't be loaded. */
  refresh(): Promise<void>
  /** A chain tells where it stands, so that a reading of the table can be dated in its blocks. */
  report(chainId: number, height: bigint): void
}

export interface WalletWatchDeps {
  readonly book: WalletBook
  readonly store: WalletStore
  /**
   * Addresses that must never be user wallets, and what they are: cold wallets, keepers, tokens
   * (MONEY 18).
   */
  readonly reserved: ReadonlyMap<Address, string>
  readonly refreshMs: number
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
}

/**
 * A reading that takes long is followed by a pause four times as long: at most a fifth of the time
 * the table is being read. One that failed is not: what it waited for is no load.
 */
const pauseFactor = 4

/**
 * Reads the central table whole again and again, because it has no order and no time. Addresses not
 * met before are written to our `wallets`; from there, those of other scanner processes included,
 * they go into the fingerprints. While the central database is away the chains go on with what is
 * known, and it says so.
 */
export function createWalletWatch(deps: WalletWatchDeps): WalletWatch {
  const { book, store, reserved, log, metrics, clock } = deps
  let index = createWalletIndex()
  const standing = new Map<number, bigint>()
  let known: WalletKnowledge | undefined
  let loadedSeq = 0n
  /** Of the row with `loadedSeq`. */
  let lastLoaded: Address | undefined
  let toldFaults = '0 '
  let trouble: string | undefined = 'the wallets are not loaded yet'

  async function load(): Promise<void> {
    for await (const { addresses, seq } of store.since(loadedSeq)) {
      index.add(addresses)
      loadedSeq = seq
      lastLoaded = addresses.at(-1)
    }
    metrics.gauge('wallets_watched', {}, index.size)
  }

  async function loadAnew(): Promise<void> {
    const fresh = createWalletIndex()
    let [seq, last]: [bigint, Address | undefined] = [0n, undefined]
    for await (const batch of store.since(0n)) {
      fresh.add(batch.addresses)
      seq = batch.seq
      last = batch.addresses.at(-1)
    }
    // At once: the chains go on reading meanwhile, and must not meet fingerprints that are half
    // full.
    index = fresh
    loadedSeq = seq
    lastLoaded = last
  }

  /**
   * A database that was restored from a backup, or went over to a copy that lagged, lacks wallets
   * that stand in the fingerprints.
   */
  async function checkLoaded(): Promise<void> {
    if (lastLoaded === undefined || (await store.at(loadedSeq)) === lastLoaded) return
    log.error({ seq: loadedSeq }, 'the database is another than before: all wallets are read anew')
    await loadAnew()
  }

  async function readBook(): Promise<void> {
    const faults = { unreadable: 0, reserved: new Set<Address>() }
    for await (const batch of book.addresses()) {
      faults.unreadable += batch.unreadable
      const fresh = [...new Set(batch.addresses)].filter((address) => !index.has(address))
      const welcome = fresh.filter((address) => !reserved.has(address))
      if (welcome.length > 0) await store.add(welcome)
      for (const address of fresh) if (reserved.has(address)) faults.reserved.add(address)
    }
    tellFaults(faults)
  }

  /** Rows that can't be user wallets are left out and told of once; the others are watched. */
  function tellFaults(faults: { unreadable: number; reserved: ReadonlySet<Address> }): void {
    const { unreadable } = faults
    metrics.gauge('wallet_rows_unreadable', {}, unreadable)
    metrics.gauge('wallet_rows_reserved', {}, faults.reserved.size)
    const told = `${unreadable} ${[...faults.reserved].join()}`
    if (told === toldFaults) return
    toldFaults = told
    if (unreadable > 0) {
      const wanted = 'wanted 0x and 40 hex digits'
      log.warn({ rows: unreadable, wanted }, 'rows of userwallet hold no address: left out')
    }
    for (const address of faults.reserved) {
      const role = reserved.get(address)
      log.error({ address, role }, `userwallet holds the ${role}: it is not watched; take it out`)
    }
  }

  async function refresh(): Promise<void> {
    const heights = new Map(standing)
    await checkLoaded()
    try {
      await readBook()
      await load()
      known = { seq: loadedSeq, heights }
      if (trouble !== undefined) log.info({ wallets: index.size }, 'the central table is read')
      trouble = undefined
      metrics.gauge('central_database_up', {}, 1)
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error)
      const now = `new wallets are not seen: ${words}`
      if (trouble !== now) {
        log.warn(
          { error, wallets: index.size },
          'the central table was not read; known wallets are watched on',
        )
      }
      trouble = now
      metrics.gauge('central_database_up', {}, 0)
      // Wallets that were stored before, by this process or another, count all the same.
      await load()
      known = { seq: loadedSeq, heights: known?.heights ?? new Map() }
    }
  }

  return {
    name: 'wallets',
    trouble: () => trouble,
    isWallet: (address) => index.has(address),
    knowledge: () => known,
    refresh,
    report: (chainId, height) => void standing.set(chainId, height),
    async run(stop) {
      while (!stop.aborted) {
        const began = clock.now().getTime()
        await refresh().catch((error) => {
          trouble = `the wallets can't be loaded: ${error instanceof Error ? error.message : error}`
          log.warn({ error }, 'the stored wallets could not be loaded; tried again')
        })
        const took = clock.now().getTime() - began
        metrics.gauge('wallet_refresh_seconds', {}, took / 1000)
        await pause(
          trouble === undefined ? Math.max(deps.refreshMs, took * pauseFactor) : deps.refreshMs,
          stop,
        )
      }
    },
  }
}
