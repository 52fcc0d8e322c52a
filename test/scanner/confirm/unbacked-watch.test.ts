import { expect, it } from 'vitest'
import type { BackingNote, WalletToken } from '../../../domain/deposits/backing-store.ts'
import { createUnbackedWatch } from '../../../scanner/confirm/unbacked-watch.ts'
import { address } from '../../harness/factories/a-block.ts'

const one: WalletToken = { wallet: address(1), asset: address(2) }
const unbacked = [{ doubt: { reason: 'unbacked', detail: '' } }] as unknown as BackingNote[]

/** @returns a watch whose clock the test moves */
function aWatch() {
  let atMs = 0
  let held: readonly WalletToken[] = []
  const watch = createUnbackedWatch({
    chain: { id: 1, name: 'dev', tokens: [] },
    store: { unbacked: async () => held, unbackedAssets: async () => [] },
    clock: { now: () => new Date(atMs) },
    log: {},
    metrics: {},
  } as unknown as Parameters<typeof createUnbackedWatch>[0])
  return {
    watch,
    wait(ms: number) {
      atMs += ms
    },
    hold(some: readonly WalletToken[]) {
      held = some
    },
  }
}

it('checks a new credit after a second, also right after the last held credit was resolved', async () => {
  const { watch, wait, hold } = aWatch()
  hold([one])
  watch.noted(unbacked)
  wait(1_000)
  expect(await watch.next(10)).toEqual([one])
  hold([])
  wait(2_000)
  expect(await watch.next(10)).toEqual([])
  hold([one])
  watch.noted(unbacked)
  wait(1_000)
  expect(watch.isDue).toBe(true)
  expect(await watch.next(10)).toEqual([one])
})

it('checks no sooner for a new credit while other credits are held', async () => {
  const { watch, wait, hold } = aWatch()
  hold([one])
  watch.noted(unbacked)
  wait(1_000)
  await watch.next(10)
  watch.noted(unbacked)
  wait(1_000)
  expect(watch.isDue).toBe(false)
  wait(1_000)
  expect(watch.isDue).toBe(true)
})
