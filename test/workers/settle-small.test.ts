import { expect, it } from 'vitest'
import type { ChainState } from '../../domain/chains/nodes/chain-state.ts'
import { ChainUnreachable } from '../../domain/errors.ts'
import { createSettleSmall } from '../../workers/settle-small.ts'
import { aChain, token } from '../harness/factories/a-chain.ts'
import { aDeposit } from '../harness/factories/a-deposit.ts'
import { recordingLog } from '../harness/fakes/recording-log.ts'

it('a node that fails gives deposits their runs at once, and is asked again half a minute later', async () => {
  const chain = aChain()
  let now = 0
  const none = { named: false, more: false }
  let asked = 0
  const head = async () => {
    asked += 1
    throw new ChainUnreachable('the node could not be reached')
  }
  const settle = createSettleSmall({
    chains: new Map([[chain.id, { chain, state: { head } as unknown as ChainState }]]),
    small: {
      leaveToOthers: async () => none,
      ignore: async () => none,
    },
    clock: { now: () => new Date(now) },
    log: recordingLog(),
  })
  const deposit = aDeposit({ chainId: chain.id, asset: token, amount: 1n })
  expect(await settle(deposit)).toBe(false)
  now = 29_000
  expect([await settle(deposit), asked]).toEqual([false, 1])
  now = 31_000
  expect([await settle(deposit), asked]).toEqual([false, 2])
  expect(await settle(aDeposit({ chainId: 999 }))).toBe(false)
})
