import { describe, expect, it } from 'vitest'
import { createCommands } from '../../../operations/explain/commands.ts'
import { retryAdvice } from '../../../operations/orders/no-retry.ts'
import { replanDeposits, retryDeposit } from '../../../operations/orders/retry-deposit.ts'
import { createAssetNames } from '../../../operations/views/asset-names.ts'
import { aChain } from '../../harness/factories/a-chain.ts'
import { aDeposit } from '../../harness/factories/a-deposit.ts'

const chain = aChain()
const wording = { names: createAssetNames([chain]), commands: createCommands() }
const order = { operator: 'ann', reason: 'the token is unpaused' }
const stuck = aDeposit({
  chainId: chain.id,
  asset: 'native',
  state: 'needs-attention',
  reason: 'token-refused',
  confirmedAt: new Date(0),
})

/** Ports that write down what was asked, in order. */
function ports() {
  const said: string[] = []
  return {
    said,
    chains: [chain],
    wording,
    noteOrder: async ({ action }: { readonly action: string }) => {
      said.push(action)
      return 'new' as const
    },
    ask: async ({ depositId }: { readonly depositId: string }) => void said.push(depositId),
  }
}

describe('retryDeposit', () => {
  it('records the order before it asks the workflow', async () => {
    const p = ports()
    expect(await retryDeposit(stuck, order, p)).toEqual({ kind: 'asked' })
    expect(p.said).toEqual(['retry-asked', stuck.id])
  })

  it.each([
    ['is done', { state: 'done', reason: '' }, 'refused'],
    ['is orphaned', { state: 'orphaned', reason: '' }, 'refused'],
    ['is not confirmed', { state: 'confirming', reason: '', confirmedAt: null }, 'refused'],
    ['is of a chain that is not listed', { chainId: 999_999 }, 'unlisted'],
    ['is of an asset that is not listed', { asset: `0x${'ab'.repeat(20)}` }, 'unlisted'],
  ] as const)('asks and records nothing for a deposit that %s', async (_, changes, kind) => {
    const p = ports()
    expect((await retryDeposit(aDeposit({ ...stuck, ...changes }), order, p)).kind).toBe(kind)
    expect(p.said).toEqual([])
  })
})

describe('a refused retry says why, and what to do', () => {
  const answerOf = async (changes: Parameters<typeof aDeposit>[0]) => {
    const answer = await retryDeposit(aDeposit({ ...stuck, ...changes }), order, ports())
    if (answer.kind !== 'refused') throw new Error(answer.kind)
    return answer
  }

  it('names sweep-dust with a command to copy for dust', async () => {
    const { why, hint } = await answerOf({ state: 'ignored', reason: 'dust' })
    expect(why).toContain('below the asset’s minimum')
    const { symbol } = chain.native
    const wallet = `--wallet ${stuck.wallet}`
    expect(hint).toContain(`"coldsweep sweep-dust --chain ${chain.id} --asset ${symbol} ${wallet}"`)
    expect(hint).toContain('--order')
  })

  const show = `"coldsweep sweep ${stuck.id}"`
  it.each([
    ['done', '', 'swept to the cold wallet', show],
    ['ignored', 'skipped by ann', 'an operator left its amount in the wallet', show],
    ['ignored', 'dropped by ann', 'an operator left its amount in the wallet', show],
    ['ignored', 'rejected by ann', 'never credited', show],
    ['orphaned', '', 'a reorg removed its block', `"coldsweep explain ${stuck.txHash}"`],
    ['orphaned', 'replaced', 'explain the whole opening balance', show],
  ] as const)('for %s(%s)', async (state, reason, why, hint) => {
    const answer = await answerOf({ state, reason })
    expect(answer.why).toContain(why)
    expect(answer.hint).toContain(hint)
  })

  it.each([
    ['', 'not final', show],
    ['rpc-quorum', 'not credited yet', 'continues by itself when enough nodes answer'],
    ['unbacked', 'not credited yet', `"coldsweep approve ${stuck.id}`],
    ['content-differs', 'not credited yet', `"coldsweep skip ${stuck.id}`],
  ] as const)('for confirming(%s)', async (reason, why, hint) => {
    const answer = await answerOf({ state: 'confirming', reason, confirmedAt: null })
    expect(answer.why).toContain(why)
    expect(answer.hint).toContain(hint)
  })
})

it.each([
  ['waiting', 'approval', `$ coldsweep approve ${stuck.id}`],
  ['waiting', 'paused', `$ coldsweep resume ${stuck.id}`],
  ['waiting', 'chain-paused', `$ coldsweep resume --chain ${chain.id}`],
  ['waiting', `held-by ${stuck.id}`, `$ coldsweep explain ${stuck.id}`],
  ['waiting', 'keeper-low', `$ coldsweep keeper --chain ${chain.id}`],
  ['waiting', 'scanner-behind', 'a retry does not end this wait by itself'],
  ['waiting', 'queued', 'RabbitMQ hands it to its workflow'],
  ['sweeping', '', 'finishes the current step first'],
  ['needs-attention', 'token-refused', 'if it fails again: the token contract'],
] as const)('retryAdvice for %s(%s) names what ends the state', (state, reason, said) => {
  expect(retryAdvice(aDeposit({ ...stuck, state, reason }), wording)).toContain(said)
})

it('replanDeposits asks for every listed asset, and connects only where there is work', async () => {
  const unlisted = aDeposit({ ...stuck, asset: `0x${'ab'.repeat(20)}` })
  const asked: string[][] = []
  const replan = (found: readonly (typeof stuck)[]) =>
    replanDeposits(chain, 'lane-behind', {
      list: async () => found,
      ask: async (messages) => void asked.push(messages.map(({ depositId }) => depositId)),
    })
  expect(await replan([stuck, unlisted])).toBe(1)
  expect(await replan([unlisted])).toBe(0)
  expect(asked).toEqual([[stuck.id]])
})
