import { expect, it } from 'vitest'
import type { BackingNote, WalletToken } from '../../../domain/deposits/backing-store.ts'
import { createUnbackedWatch } from '../../../scanner/confirm/unbacked-watch.ts'
import { address } from '../../harness/factories/a-block.ts'

const one: WalletToken = { wallet: address(1), asset: address(2) }
const unbacked = [{ doubt: { reason: 'unbacked', detail: '' } }] as unknown as BackingNote[]

/** Creates a watch. The test moves the clock with `wait`, and sets the held credits with `hold`. */
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

it('checks a new credit one second later, even if the previous credit was resolved just before', async () => {
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

it('does not shorten the interval twice within a minute while a credit is held', async () => {
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
