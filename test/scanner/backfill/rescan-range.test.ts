import { describe, expect, it } from 'vitest'
import type { DepositWitness } from '../../../domain/scan/deposit-witness.ts'
import type { ScanStore } from '../../../domain/scan/scan-store.ts'
import { type RescanDeps, rescanRange } from '../../../scanner/backfill/rescan-range.ts'
import { aDeposit } from '../../harness/factories/a-deposit.ts'
import { recordingLog } from '../../harness/fakes/recording-log.ts'
import { recordingMetrics } from '../../harness/fakes/recording-metrics.ts'

/**
 * Starts a rescan that reads no block while one deposit waits for its confirmation.
 * @param witness the other endpoints, undefined if there are none
 */
function rescanWith(witness: DepositWitness | undefined) {
  const deposit = aDeposit({ state: 'confirming', confirmedAt: null })
  const confirmed: (readonly string[] | undefined)[] = []
  const doubted: string[] = []
  const store = {
    cursor: async () => ({ height: 20n, finalHeight: 18n }),
    due: async (_: number, __: bigint, ___: number, except: readonly string[]) =>
      except.includes(deposit.id) ? [] : [deposit],
    async confirm(_: number, __: bigint, only?: readonly string[]) {
      confirmed.push(only)
      return 0
    },
    unjudged: async () => [],
    unbacked: async () => [],
    unbackedAssets: async () => [],
    async noteUnconfirmed(id: string, reason: string) {
      doubted.push(`${id} ${reason}`)
    },
  } as unknown as ScanStore
  const deps = {
    chain: { id: deposit.chainId, name: 'devnet' },
    store,
    witness,
    clock: { now: () => new Date(0) },
    log: recordingLog(),
    metrics: recordingMetrics(),
    stop: AbortSignal.abort(),
  } as unknown as RescanDeps
  return { deposit, confirmed, doubted, done: rescanRange(deps, 1n, 2n) }
}

describe('deposits that a rescan hands over (MONEY 20)', () => {
  it('does not hand over a deposit if other endpoints disagree about it', async () => {
    const witness = { blockHash: async () => `0x${'0'.repeat(64)}` } as unknown as DepositWitness
    const { deposit, confirmed, doubted, done } = rescanWith(witness)
    await done
    expect(doubted).toEqual([`${deposit.id} rpc-disagreement`])
    expect(confirmed).toEqual([[]])
  })

  it('hands over all final deposits if there is one endpoint', async () => {
    const { confirmed, done } = rescanWith(undefined)
    await done
    expect(confirmed).toEqual([undefined])
  })
})
