import { describe, expect, it } from 'vitest'
import type { Address } from '../../../domain/address.ts'
import { CentralDatabaseUnreachable } from '../../../domain/errors.ts'
import type { WalletBatch } from '../../../domain/scan/wallet-book.ts'
import { createWalletWatch } from '../../../scanner/wallets/wallet-watch.ts'
import { address, who } from '../../harness/factories/a-block.ts'
import { recordingLog } from '../../harness/fakes/recording-log.ts'
import { recordingMetrics } from '../../harness/fakes/recording-metrics.ts'
import { eventually } from '../../harness/waiting/eventually.ts'
import { runLoop } from '../../harness/waiting/run-loop.ts'

/**
 * Creates a watch over a central table and stored wallets that are both in memory.
 * @param options `known`: wallets that are already stored. `tookMs`: each reading of the clock
 * advances the clock by this time
 */
function aWatchOver(options: { known?: Address[]; tookMs?: number } = {}) {
  let now = 0
  const table: { rows: Address[]; unreadable: number; away: boolean } = {
    rows: [],
    unreadable: 0,
    away: false,
  }
  const stored: Address[] = [...(options.known ?? [])]
  const added: Address[][] = []
  const log = recordingLog()
  const metrics = recordingMetrics()
  const watch = createWalletWatch({
    book: {
      async *addresses(): AsyncIterable<WalletBatch> {
        const half = Math.ceil(table.rows.length / 2)
        yield { addresses: table.rows.slice(0, half), unreadable: table.unreadable }
        if (table.away) throw new CentralDatabaseUnreachable('the central database is away')
        yield { addresses: table.rows.slice(half), unreadable: 0 }
      },
    },
    store: {
      async add(addresses) {
        added.push([...addresses])
        const fresh = addresses.filter((one) => !stored.includes(one))
        stored.push(...fresh)
        return fresh.length
      },
      async *since(afterSeq) {
        const addresses = stored.slice(Number(afterSeq))
        if (addresses.length > 0) yield { addresses, seq: BigInt(stored.length) }
      },
      at: async (seq) => stored[Number(seq) - 1],
      matching: async () => new Set(),
      setWatched: async () => {},
    },
    reserved: new Map([[who.cold, 'cold wallet of chain 1']]),
    refreshMs: 10,
    clock: {
      now() {
        now += options.tookMs ?? 0
        return new Date(now)
      },
    },
    log,
    metrics,
  })
  return { watch, table, stored, added, log, metrics }
}

describe('the watch over the central table', () => {
  it('reports a problem until the table was read once', () => {
    const { watch } = aWatchOver({ known: [address(1)] })
    expect(watch.knowledge()).toBeUndefined()
    expect(watch.problem()).toBeDefined()
  })

  it('stores each new wallet once, and watches it', async () => {
    const { watch, table, stored, added } = aWatchOver()
    table.rows = [address(1), address(2), address(1)]
    await watch.refresh()
    expect(stored).toEqual([address(1), address(2)])
    added.length = 0
    await watch.refresh()
    expect(added).toEqual([])
    expect(watch.isWallet(address(2))).toBe(true)
    expect(watch.isWallet(address(3))).toBe(false)
    expect(watch.knowledge()?.seq).toBe(2n)
    expect(watch.problem()).toBeUndefined()
  })

  it('stores missing wallets again in a restored database, and keeps watching all wallets', async () => {
    const { watch, table, stored, log } = aWatchOver()
    const rows = [address(1), address(2)]
    table.rows = rows
    await watch.refresh()
    stored.pop()
    const watched: boolean[] = []
    Object.defineProperty(table, 'rows', {
      get() {
        watched.push(watch.isWallet(address(1)))
        return [...rows, address(3)]
      },
    })
    await watch.refresh()
    expect(watched).not.toContain(false)
    expect(watched.length).toBeGreaterThan(0)
    expect(stored).toEqual([address(1), address(2), address(3)])
    expect([2, 3].every((n) => watch.isWallet(address(n)))).toBe(true)
    expect(log.lines.filter(({ level }) => level === 'error')).toHaveLength(1)
  })

  it('records the heights of the chains at the start of a table read', async () => {
    const { watch } = aWatchOver()
    watch.report(1, 100n)
    await watch.refresh()
    watch.report(1, 120n)
    expect(watch.knowledge()?.heights.get(1)).toBe(100n)
    await watch.refresh()
    expect(watch.knowledge()?.heights.get(1)).toBe(120n)
  })

  it('keeps its wallets if the read fails midway, and records no heights for the partial read', async () => {
    const { watch, table, metrics } = aWatchOver({ known: [address(9)] })
    watch.report(1, 100n)
    table.rows = [address(1), address(2)]
    table.away = true
    await watch.refresh()
    expect(watch.isWallet(address(9))).toBe(true)
    expect(watch.isWallet(address(1))).toBe(true)
    expect(watch.knowledge()?.heights.get(1)).toBeUndefined()
    expect(watch.problem()).toContain('the central database is away')
    expect(metrics.gauges.get('central_database_up')).toBe(0)
    table.away = false
    await watch.refresh()
    expect(watch.knowledge()?.heights.get(1)).toBe(100n)
    expect(watch.problem()).toBeUndefined()
  })

  it('never watches a cold wallet that userwallet lists, and logs one error (MONEY 18)', async () => {
    const { watch, table, stored, log } = aWatchOver()
    table.rows = [address(1), who.cold, address(2)]
    await watch.refresh()
    await watch.refresh()
    expect(stored).toEqual([address(1), address(2)])
    expect(watch.isWallet(who.cold)).toBe(false)
    const errors = log.lines.filter(({ level }) => level === 'error')
    expect(errors.map(({ message }) => message)).toEqual([
      'userwallet lists the cold wallet of chain 1; the address is not watched; remove the row',
    ])
  })

  it('logs the number of rows without an address, and does not repeat the same number', async () => {
    const { watch, table, log } = aWatchOver()
    table.unreadable = 3
    await watch.refresh()
    await watch.refresh()
    expect(log.lines.filter(({ level }) => level === 'warn')).toHaveLength(1)
  })

  it('retries a failed long read after refreshMs, without the long sleep that follows a successful long read', async () => {
    const { watch, table, log } = aWatchOver({ tookMs: 3_600_000 })
    table.away = true
    const stop = runLoop(watch)
    await eventually(
      () => watch.problem(),
      (words) => words?.includes('away') === true,
    )
    table.away = false
    await eventually(watch.problem, (words) => words === undefined)
    expect(log.lines.at(-1)?.message).toBe('central table read')
    await stop()
  })
})
