import { getAddress } from 'viem/utils'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { applyColdWallet } from '../../../adapters/drizzle/chains/cold-wallets.ts'
import { readStartFacts } from '../../../adapters/drizzle/chains/start-facts.ts'
import { toEip55 } from '../../../adapters/viem/to-eip55.ts'
import type { Address } from '../../../domain/address.ts'
import { startErrors } from '../../../domain/chains/start-errors.ts'
import { minute, type OwnLedger, ownLedger } from '../../harness/benches/own-ledger.ts'
import { aChain, coldWallet, keeper, readChain, usdt } from '../../harness/factories/a-config.ts'
import { drawAddress, seedDeposit, seedTransaction } from '../../harness/factories/seed-rows.ts'
import { type CliEnvironment, cliEnvironment } from '../../harness/processes/cli-environment.ts'
import { runCli } from '../../harness/processes/run-cli.ts'
import { type FakeNode, fakeNode } from '../../harness/proxies/fake-node.ts'
import { type OwnDatabase, ownDatabase } from '../../harness/services/own-database.ts'
import { waitsForALock } from '../../harness/waiting/waits-for-a-lock.ts'

/**
 * Tests the only way to change the destination of sweeps (MONEY 18): one operator proposes a cold
 * wallet, and another operator applies the proposal after a delay. Both orders are recorded.
 */
const draw = () => getAddress(drawAddress() as Address)
const ann = ['--operator', 'ann', '--reason', 'the old safe is retired'] as const
const bob = ['--operator', 'bob', '--reason', 'looked at it on the hardware'] as const

let ledger: OwnLedger
let central: OwnDatabase
let node: FakeNode
let cli: CliEnvironment
let code: string

beforeAll(async () => {
  ledger = await ownLedger()
  central = await ownDatabase({ empty: true })
  await central.sql`create table userwallet (address text, private_key text, currency text)`
  node = await fakeNode(({ method }) => {
    if (method === 'eth_getCode') return { result: code }
    return {
      result: {
        number: '0x9',
        hash: `0x${'1'.repeat(64)}`,
        parentHash: `0x${'2'.repeat(64)}`,
        timestamp: '0x1',
        logsBloom: `0x${'0'.repeat(512)}`,
      },
    }
  })
  node.chainId = 56
  cli = cliEnvironment(
    { DATABASE_URL: ledger.url, CENTRAL_DATABASE_URL: central.url },
    aChain({ rpc: [node.url] }),
  )
})
afterAll(async () => {
  cli?.remove()
  await node?.close()
  await central?.drop()
  await ledger?.close()
})
beforeEach(async () => {
  code = '0x'
  await ledger.sql`truncate cold_wallet_changes, chains, keepers, wallets, attempts, transactions, deposits, lanes, sweeps, keeper_drains`
  await ledger.sql`insert into chains (id, name, cold_wallet) values (56, 'bsc', ${coldWallet.toLowerCase()})`
})

const json = async (...argv: string[]) => {
  const answer = await runCli(['cold-wallet', ...argv, '--json'], cli.env)
  return { ...answer, ...answer.envelope() }
}
const propose = (to: string, by: readonly string[] = ann) =>
  json('propose', '--chain', '56', '--to', to, ...by)
const apply = (by: readonly string[] = bob) => json('apply', '--chain', '56', ...by)
/** Moves the pending proposal 25 hours into the past. */
const dayPasses = () => ledger.sql`
  update cold_wallet_changes set asked_at = asked_at - interval '25 hours', effective_at = effective_at - interval '25 hours'`
const recorded = async () =>
  (await ledger.sql`select cold_wallet from chains where id = 56`)[0]?.['cold_wallet']
const actions = async () =>
  (
    await ledger.sql`select action, operator from operator_actions where subject like 'chain 56: %' order by id`
  ).map((row) => `${row['action']} ${row['operator']}`)

describe('propose', () => {
  it('records a proposal with a delay of a day, keeps the cold wallet, and ignores a repeat', async () => {
    const to = draw()
    const { code: exit, data } = await propose(to)
    expect([exit, data]).toMatchObject([
      0,
      { chainId: 56, from: coldWallet, to, changed: true, warning: null },
    ])
    const { askedAt, effectiveAt } = data as { askedAt: string; effectiveAt: string }
    expect(Date.parse(effectiveAt) - Date.parse(askedAt)).toBe(24 * 3_600_000)
    const written = await actions()
    expect((await propose(to)).data).toMatchObject({ changed: false, effectiveAt })
    expect(await actions()).toEqual(written)
    expect(await recorded()).toBe(coldWallet.toLowerCase())
    expect((await propose(draw())).code).toBe(3)
    expect((await json('list')).data).toMatchObject([{ to, state: 'pending', operator: 'ann' }])
    expect((await runCli(['cold-wallet', 'list'], cli.env)).stdout).toContain('pending')
  })

  it.each([
    ['the cold wallet itself', () => coldWallet],
    ['the keeper', () => keeper],
    ['a token', () => usdt],
  ])('exits 3 for %s', async (_, to) => {
    expect((await propose(to())).code).toBe(3)
    expect((await json('list')).data).toEqual([])
  })

  it('rejects a retired keeper, a recorded user wallet and an address in userwallet', async () => {
    const [retired, ours, theirs] = [draw(), draw(), draw()]
    await ledger.sql`insert into keepers (chain_id, address, retired_at) values (1, ${retired.toLowerCase()}, now())`
    await ledger.sql`insert into wallets (address) values (${ours.toLowerCase()})`
    await central.sql`insert into userwallet (address) values (${theirs})`
    for (const to of [retired, ours, theirs]) expect((await propose(to)).code).toBe(3)
    expect((await json('list')).data).toEqual([])
  })

  it.each([
    ['an address in lower case', (to: string) => to.toLowerCase()],
    [
      'a wrong checksum',
      (to: string) =>
        to.slice(0, 2) +
        to
          .slice(2)
          .toLowerCase()
          .replace(/[a-f]/, (c) => c.toUpperCase()),
    ],
    ['the zero address', () => `0x${'0'.repeat(40)}`],
  ])('exits 2 for %s', async (_, spell) => {
    const to = '0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359'
    expect((await propose(spell(to))).code).toBe(2)
  })

  it('warns if the proposed address is a contract', async () => {
    code = '0x60'
    const contract = await propose(draw())
    expect(contract.data).toMatchObject({ warning: expect.stringContaining('is a contract') })
    expect(contract.stderr).toContain('warning')
  })

  it('exits 75 while the central database is down', async () => {
    const env = { ...cli.env, CENTRAL_DATABASE_URL: 'postgres://a:b@127.0.0.1:1/x' }
    const argv = ['cold-wallet', 'propose', '--chain', '56', '--to', draw(), ...ann, '--json']
    expect((await runCli(argv, env)).code).toBe(75)
  })
})

it('list and propose exit 2 for a chain that neither the file nor a proposal names', async () => {
  const to = draw()
  const answers = [
    await json('list', '--chain', '5'),
    await json('propose', '--chain', '5', '--to', to, ...ann),
  ]
  for (const { code, errors } of answers) {
    expect([code, errors[0]?.message]).toEqual([2, 'coldsweep.yaml has no chain 5'])
  }
})

describe('apply', () => {
  it('exits 3 before the delay has passed, and for the proposer in any spelling of the name', async () => {
    await propose(draw())
    expect(await apply()).toMatchObject({
      code: 3,
      errors: [{ message: expect.stringContaining('waiting time') }],
    })
    await dayPasses()
    for (const name of ['ann', ' ANN ', 'Ann']) {
      expect((await apply(['--operator', name, '--reason', 'why'])).code).toBe(3)
    }
    expect(await recorded()).toBe(coldWallet.toLowerCase())
  })

  it('changes the cold wallet once for another operator; the old configuration then fails the start check', async () => {
    const to = draw()
    await propose(to)
    await dayPasses()
    const written = await actions()
    expect(await apply()).toMatchObject({ code: 0, data: { to, state: 'applied', changed: true } })
    expect(await apply()).toMatchObject({ code: 0, data: { to, changed: false } })
    expect((await actions()).slice(written.length)).toEqual(['cold-wallet-apply bob'])
    expect(await recorded()).toBe(to.toLowerCase())
    const { gasKeeper } = readChain()
    await ledger.sql`insert into keepers (chain_id, address) values (56, ${gasKeeper.address})`
    const faults = async (config: string) => {
      const chains = [readChain({ coldWallet: config })]
      const facts = await readStartFacts(ledger, chains)
      return startErrors(chains, { ...facts, inUserwallet: new Set() }, toEip55)
    }
    expect(await faults(coldWallet)).toEqual([expect.stringContaining('coldWallet is')])
    expect(await faults(to)).toEqual([])
  })

  it('requires the longer delay if the configured delay changes between propose and apply', async () => {
    await propose(draw())
    const order = { operator: 'bob', reason: 'why' }
    const at = (delayHours: number) =>
      applyColdWallet(ledger.db, { chainId: 56, delayHours }, order)
    expect(await at(0.0001)).toMatchObject({ kind: 'refused' })
    await dayPasses()
    expect(await at(48)).toMatchObject({ kind: 'refused' })
    expect(await at(24)).toMatchObject({ kind: 'done' })
  })

  it('exits 3 if the exchange has given the address to a user since the proposal', async () => {
    const to = draw()
    await propose(to)
    await dayPasses()
    await central.sql`insert into userwallet (address) values (${to.toLowerCase()})`
    expect((await apply()).code).toBe(3)
  })

  it('exits 3 while the outcome of a signed sweep to the old cold wallet is not recorded', async () => {
    const { sweep } = await claimed()
    await seedTransaction(ledger.sql, { sweepId: sweep.id, step: 'sweep', sender: drawAddress() })
    await propose(draw())
    await dayPasses()
    expect(await apply()).toMatchObject({
      code: 3,
      errors: [{ message: expect.stringContaining('signed') }],
    })
    await ledger.sql`update transactions set state = 'succeeded'`
    expect((await apply()).code).toBe(3)
    await ledger.sql`update sweeps set closed_at = now(), outcome = 'swept'`
    expect((await apply()).code).toBe(0)
  })

  it('waits for signatures in progress; afterwards workers with the old cold wallet sign nothing', async () => {
    const { sweep, wallet } = await claimed()
    await propose(draw())
    await dayPasses()
    const lane = { chainId: 56, sender: wallet, role: 'wallet', chainNonce: 0n } as const
    const old = coldWallet.toLowerCase() as Address
    const order: string[] = []
    let applied: Promise<unknown> = Promise.resolve()
    await ledger.lanes.withLane(lane, async (locked) => {
      expect(await locked.haltOf(sweep.id, old)).toBeUndefined()
      applied = apply().then(() => order.push('applied'))
      // `apply` now waits for the lock of the chain's row.
      await waitsForALock(ledger.sql)
      order.push('signed')
    })
    await applied
    expect(order).toEqual(['signed', 'applied'])
    expect(await ledger.lanes.withLane(lane, (locked) => locked.haltOf(sweep.id, old))).toEqual({
      kind: 'cold-wallet-changed',
      recorded: await recorded(),
    })
  })

  it('exits 3 without a proposal, and after a cancel', async () => {
    expect((await apply()).code).toBe(3)
    await propose(draw())
    await dayPasses()
    expect((await json('cancel', '--chain', '56', ...ann)).data).toMatchObject({
      state: 'cancelled',
    })
    expect((await json('cancel', '--chain', '56', ...ann)).code).toBe(3)
    expect((await apply()).code).toBe(3)
    expect((await actions()).at(-1)).toBe('cold-wallet-cancel ann')
  })
})

/** Seeds a deposit whose sweep is claimed, so that the sweep can be signed. */
async function claimed() {
  const wallet = drawAddress() as Address
  const id = await seedDeposit(ledger.sql, { wallet })
  const claim = await ledger.sweeps.claim(await ledger.read(id), 'run', minute, 0n)
  if (claim.kind !== 'mine') throw new Error(claim.kind)
  return { wallet, sweep: claim.sweep }
}
