import type { Address } from '../../domain/address.ts'
import type { Clock, Log, Metrics } from '../../domain/process.ts'
import type { WalletBook } from '../../domain/scan/wallet-book.ts'
import type { WalletStore } from '../../domain/scan/wallet-store.ts'
import { errorMessage } from '../../runtime/error-message.ts'
import type { Loop } from '../../runtime/loop.ts'
import { sleep } from '../../runtime/sleep.ts'
import type { KnownWallets, WalletKnowledge } from '../context/scan-deps.ts'
import { createWalletIndex } from './wallet-index.ts'

export interface WalletWatch extends Loop, KnownWallets {}

export interface WalletWatchDeps {
  readonly book: WalletBook
  readonly store: WalletStore
  /**
   * Addresses that must never be user wallets, with their roles: cold wallets, keepers, tokens
   * (MONEY 18).
   */
  readonly reserved: ReadonlyMap<Address, string>
  readonly refreshMs: number
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
}

/**
 * Sleep after a reading, as a multiple of its duration, so that the table is read at most a fifth
 * of the time. A failed reading does not count, because a wait for an answer puts no load on the
 * database.
 */
const pauseFactor = 4

/**
 * Reads the whole central table repeatedly, because its rows have no order and no time. New
 * addresses are written to our table `wallets`, from which every scanner process loads them into
 * its fingerprints. While the central database is down, the chains continue with the known wallets,
 * and health reports the outage.
 */
export function createWalletWatch(deps: WalletWatchDeps): WalletWatch {
  const { book, store, reserved, log, metrics, clock } = deps
  let index = createWalletIndex()
  const standing = new Map<number, bigint>()
  let known: WalletKnowledge | undefined
  let loadedSeq = 0n
  /** Address of the row with `loadedSeq`. */
  let lastLoaded: Address | undefined
  let reportedRows = '0 '
  let problem: string | undefined = 'the wallets are not loaded yet'

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
    // The index is replaced in one step, because the chains read meanwhile and must not see a
    // partial index.
    index = fresh
    loadedSeq = seq
    lastLoaded = last
  }

  /**
   * Reloads all wallets if the database is not the one that was loaded. A database that was
   * restored from a backup, or failed over to a lagging replica, lacks wallets that are in the
   * fingerprints.
   */
  async function checkLoaded(): Promise<void> {
    if (lastLoaded === undefined || (await store.at(loadedSeq)) === lastLoaded) return
    log.error(
      { seq: loadedSeq },
      'database differs from the one read before; reloading all wallets',
    )
    await loadAnew()
  }

  async function readBook(): Promise<void> {
    const skipped = { unreadable: 0, reserved: new Set<Address>() }
    for await (const batch of book.addresses()) {
      skipped.unreadable += batch.unreadable
      const fresh = [...new Set(batch.addresses)].filter((address) => !index.has(address))
      const welcome = fresh.filter((address) => !reserved.has(address))
      if (welcome.length > 0) await store.add(welcome)
      for (const address of fresh) if (reserved.has(address)) skipped.reserved.add(address)
    }
    reportRows(skipped)
  }

  /** Rows that cannot be user wallets are skipped and logged once. All other rows are watched. */
  function reportRows(skipped: { unreadable: number; reserved: ReadonlySet<Address> }): void {
    const { unreadable } = skipped
    metrics.gauge('wallet_rows_unreadable', {}, unreadable)
    metrics.gauge('wallet_rows_reserved', {}, skipped.reserved.size)
    const seen = `${unreadable} ${[...skipped.reserved].join()}`
    if (seen === reportedRows) return
    reportedRows = seen
    if (unreadable > 0) {
      const wanted = 'wanted 0x and 40 hex digits'
      log.warn({ rows: unreadable, wanted }, 'userwallet rows without an address skipped')
    }
    for (const address of skipped.reserved) {
      const role = reserved.get(address)
      log.error(
        { address, role },
        `userwallet lists the ${role}; the address is not watched; remove the row`,
      )
    }
  }

  async function refresh(): Promise<void> {
    const heights = new Map(standing)
    await checkLoaded()
    try {
      await readBook()
      await load()
      known = { seq: loadedSeq, heights }
      if (problem !== undefined) log.info({ wallets: index.size }, 'central table read')
      problem = undefined
      metrics.gauge('central_database_up', {}, 1)
    } catch (error) {
      const words = errorMessage(error)
      const now = `new wallets are not seen: ${words}`
      if (problem !== now) {
        log.warn(
          { error, wallets: index.size },
          'central table read failed; watching the known wallets',
        )
      }
      problem = now
      metrics.gauge('central_database_up', {}, 0)
      // Wallets that any process stored before are still watched.
      await load()
      known = { seq: loadedSeq, heights: known?.heights ?? new Map() }
    }
  }

  return {
    name: 'wallets',
    problem: () => problem,
    isWallet: (address) => index.has(address),
    knowledge: () => known,
    refresh,
    report: (chainId, height) => void standing.set(chainId, height),
    async run(stop) {
      while (!stop.aborted) {
        const began = clock.now().getTime()
        await refresh().catch((error) => {
          problem = `the wallets cannot be loaded: ${errorMessage(error)}`
          log.warn({ error }, 'loading stored wallets failed; retrying')
        })
        const took = clock.now().getTime() - began
        metrics.gauge('wallet_refresh_seconds', {}, took / 1000)
        await sleep(
          problem === undefined ? Math.max(deps.refreshMs, took * pauseFactor) : deps.refreshMs,
          stop,
        )
      }
    },
  }
}
