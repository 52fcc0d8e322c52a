import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { registerChains } from '../../../adapters/drizzle/chains/chain-registry.ts'
import { registerKeeper } from '../../../adapters/drizzle/keeper/register-keeper.ts'
import { cancelTransaction } from '../../../adapters/drizzle/lanes/cancel-transaction.ts'
import { createDrainStore } from '../../../adapters/drizzle/lanes/drain-rows.ts'
import { lastDrain } from '../../../adapters/drizzle/lanes/drain-views.ts'
import { orderDrain } from '../../../adapters/drizzle/lanes/order-drain.ts'
import { withdrawDrain } from '../../../adapters/drizzle/lanes/withdraw-drain.ts'
import { createTransactionCodec } from '../../../adapters/viem/transaction-codec.ts'
import type { Hash } from '../../../domain/address.ts'
import type { DrainDestination, Transaction } from '../../../domain/lanes/transaction.ts'
import type { MoneyChain } from '../../../transactions/sign/money-chain.ts'
import { openDrain } from '../../../transactions/sign/open-drain.ts'
import { createSigner } from '../../../transactions/sign/signer.ts'
import { drainKeepers } from '../../../transactions/track/drain-keepers.ts'
import { trackLanes } from '../../../transactions/track/track-lanes.ts'
import { type AnvilChain, anAnvilChain } from '../../harness/benches/an-anvil-chain.ts'
import { type OwnLedger, ownLedger } from '../../harness/benches/own-ledger.ts'
import { retireKeeper } from '../../harness/benches/retired-keeper.ts'
import { ether, gwei } from '../../harness/factories/a-chain.ts'
import { anAccount } from '../../harness/factories/an-account.ts'
import { keySource } from '../../harness/fakes/key-source.ts'
import { recordingLog } from '../../harness/fakes/recording-log.ts'
import { recordingMetrics } from '../../harness/fakes/recording-metrics.ts'

/** MONEY 1, 5, 18: the drain of a retired keeper on a real node, with real rows. */
let ledger: OwnLedger
let anvil: AnvilChain
let money: MoneyChain
const order = { operator: 'ann', reason: 'rotation' }
const log = recordingLog()

beforeAll(async () => {
  ledger = await ownLedger()
})
afterAll(() => ledger.close())
beforeEach(async () => {
  anvil = await anAnvilChain()
  money = await retireKeeper(ledger, anvil)
})
afterEach(() => anvil.stop())

const deps = () => ({
  chain: money,
  lanes: ledger.lanes,
  cursors: ledger.cursors,
  drains: createDrainStore(ledger.db),
  log,
  metrics: recordingMetrics(),
})
const ask = (to: DrainDestination, balanceWei?: bigint) =>
  orderDrain(ledger.db, { chainId: money.chain.id, to, balanceOf: async () => balanceWei }, order)
/** One iteration of the lane loop. */
const poll = async () => {
  await drainKeepers(deps())
  await trackLanes(deps())
}
const old = () => anvil.keeper.address
const view = () => lastDrain(ledger.db, money.chain.id, old())
const rows = async (): Promise<readonly Transaction[]> => {
  const { id = '' } = (await view()) ?? {}
  return await ledger.lanes.ofSweep(id)
}
const isDrained = async () => {
  for (let n = 0; n < 4; n += 1) {
    await anvil.mine(3)
    await poll()
  }
  return await view()
}

describe('the drain of a retired keeper', () => {
  it.each([
    ['keeper', () => money.chain.gasKeeper.address],
    ['cold-wallet', () => money.chain.coldWallet],
  ] as const)(
    'sends its rest to the registered %s, once, and leaves what its row says',
    async (to, receiver) => {
      expect(await ask(to)).toMatchObject({ kind: 'done', receiver: receiver() })
      expect(await ask(to)).toMatchObject({ kind: 'already', ended: false })
      await poll()
      await poll()
      const [drain, ...more] = await rows()
      expect(more).toEqual([])
      expect(drain).toMatchObject({ step: 'drain', sender: old(), to: receiver(), state: 'live' })
      const done = await isDrained()
      expect(done).toMatchObject({ outcome: 'drained', txHash: drain?.attempts[0]?.hash })
      expect(await anvil.balanceOf(receiver())).toBe(drain?.valueWei)
      expect(await anvil.balanceOf(old())).toBe(done?.restWei)
      expect(done?.restWei).toBeLessThan(ether / 1000n)
      // A repeat after the end changes nothing until more money has arrived.
      expect(await ask(to, done?.restWei ?? 0n)).toMatchObject({ kind: 'already', ended: true })
      expect(await ask(to)).toMatchObject({ kind: 'already', ended: true })
      await anvil.setBalance(old(), ether)
      expect(await ask(to, ether)).toMatchObject({ kind: 'done' })
      await poll()
      expect((await isDrained())?.outcome).toBe('drained')
      const orders = await ledger.sql`
      select 1 from operator_actions where action = 'keeper-drain' and subject like ${`chain ${money.chain.id}:%`}`
      expect(orders).toHaveLength(2)
    },
  )

  it('keeps the L1 fee of a rollup and its margin, and ends with that rest (MONEY 9)', async () => {
    const l1FeeWei = ether / 1_000n
    const { state } = money
    money = { ...money, state: { ...state, rollupFee: async () => l1FeeWei } }
    const before = await anvil.balanceOf(old())
    await ask('keeper')
    await poll()
    const [drain] = await rows()
    const fees = (drain?.gasLimit ?? 0n) * (drain?.attempts[0]?.maxFeeWei ?? 0n)
    expect(drain?.valueWei).toBe(before - fees - (l1FeeWei * 3n) / 2n)
    const done = await isDrained()
    expect(done?.outcome).toBe('drained')
    expect(done?.restWei).toBe(await anvil.balanceOf(old()))
    expect(done?.restWei).toBeGreaterThanOrEqual((l1FeeWei * 3n) / 2n)
    // The rest pays for no transfer of its own.
    await anvil.setBalance(old(), l1FeeWei)
    expect(await ask('keeper', l1FeeWei)).toMatchObject({ kind: 'already', ended: true })
  })

  it('broadcasts the same bytes after a crash between signature and broadcast', async () => {
    await ask('keeper')
    const [open] = await deps().drains.unsigned(money.chain.id)
    if (!open) throw new Error('no order')
    const first = await openDrain(money, ledger, open)
    expect(first).toMatchObject({ kind: 'signed', isNew: true })
    expect(await openDrain(money, ledger, open)).toMatchObject({ kind: 'signed', isNew: false })
    expect((await rows()).length).toBe(1)
    expect((await isDrained())?.outcome).toBe('drained')
    expect(await anvil.balanceOf(money.chain.gasKeeper.address)).toBeGreaterThan(0n)
  })

  it('is bumped with the retired key, at the cost of its value, and can be cancelled', async () => {
    await ask('keeper')
    await poll()
    await anvil.setBaseFee(20n * gwei)
    await anvil.mine()
    for (let n = 0; n < 6; n += 1) {
      await poll()
      await anvil.mine()
    }
    const [bumped] = await rows()
    expect(bumped?.attempts.length).toBeGreaterThan(1)
    expect(bumped?.attempts.at(-1)?.valueWei).toBeLessThan(bumped?.valueWei ?? 0n)
    expect((await isDrained())?.outcome).toBe('drained')
    await anvil.setBalance(old(), ether)
    await ask('keeper', ether)
    await poll()
    const [live] = await rows()
    const asked = await cancelTransaction(ledger.db, live?.attempts[0]?.hash as Hash, order)
    expect(asked?.answer).toEqual({ kind: 'done', state: 'asked' })
    await poll()
    expect((await isDrained())?.outcome).toBe('cancelled')
    expect(await ask('keeper', ether)).toMatchObject({ kind: 'done' })
  })

  it('is sent again after a reorg dropped it', async () => {
    await ask('cold-wallet')
    await poll()
    await anvil.mine()
    await poll()
    await anvil.reorg(1)
    await poll()
    expect((await isDrained())?.outcome).toBe('drained')
    expect(await anvil.balanceOf(old())).toBeLessThan(ether / 1000n)
  })
})

describe('nothing is signed', () => {
  it('for the current keeper, an unknown address, or without a retired keeper', async () => {
    const { chain } = money
    const asked = (keeper: `0x${string}`) =>
      orderDrain(
        ledger.db,
        { chainId: chain.id, keeper, to: 'keeper', balanceOf: async () => undefined },
        order,
      )
    expect(await asked(chain.gasKeeper.address)).toMatchObject({ kind: 'refused' })
    expect(await asked(anAccount().address)).toMatchObject({ kind: 'refused' })
    expect((await view())?.id).toBeUndefined()
  })

  it.each([
    ['and the worker polls meanwhile', true],
    ['and no worker runs meanwhile', false],
  ])('once the keeper is current again after the order, %s', async (_, polls) => {
    await ask('keeper')
    await registerChains(ledger.db, [anvil.chain], true)
    if (polls) await poll()
    await registerChains(ledger.db, [money.chain], true)
    await poll()
    expect(await view()).toMatchObject({ outcome: 'returned', waitingFor: null })
    expect(await rows()).toEqual([])
    // The keeper has retired again, so an order of this time is followed.
    expect(await ask('cold-wallet')).toMatchObject({ kind: 'done' })
    await poll()
    expect(await rows()).toHaveLength(1)
  })

  it('once the keeper is current again after the order, although its return began before', async () => {
    await ledger.db.transaction(async (tx) => {
      await tx.execute('select now()')
      expect(await ask('keeper')).toMatchObject({ kind: 'done' })
      await registerKeeper(tx, money.chain.id, old())
    })
    await registerChains(ledger.db, [money.chain], true)
    await poll()
    expect(await view()).toMatchObject({ outcome: 'returned' })
    expect(await rows()).toEqual([])
  })

  it('by a worker that read the order before the keeper was current again', async () => {
    await ask('keeper')
    const [open] = await deps().drains.unsigned(money.chain.id)
    if (!open) throw new Error('no order')
    await registerChains(ledger.db, [anvil.chain], true)
    await registerChains(ledger.db, [money.chain], true)
    expect(await openDrain(money, ledger, open)).toMatchObject({
      kind: 'waits',
      why: expect.stringContaining('current keeper again after the order'),
    })
    expect(await rows()).toEqual([])
  })

  it('while another receiver is ordered', async () => {
    await ask('keeper')
    const again = await ask('cold-wallet')
    expect(again).toMatchObject({ kind: 'refused', why: expect.stringContaining('is open') })
  })

  it('after an operator has withdrawn the order; a signed drain cannot be withdrawn', async () => {
    const at = { chainId: money.chain.id, keeper: old() }
    const withdraw = () => withdrawDrain(ledger.db, at, order)
    expect(await withdraw()).toMatchObject({
      kind: 'refused',
      why: expect.stringContaining('no order'),
    })
    await ask('keeper')
    expect(await withdraw()).toMatchObject({ kind: 'done' })
    expect(await withdraw()).toMatchObject({ kind: 'already' })
    await poll()
    expect(await view()).toMatchObject({ outcome: 'withdrawn' })
    expect(await rows()).toEqual([])
    const audit = await ledger.sql`
      select 1 from operator_actions where action = 'keeper-drain-withdraw' and subject like ${`chain ${money.chain.id}:%`}`
    expect(audit).toHaveLength(1)
    expect(await ask('cold-wallet')).toMatchObject({ kind: 'done' })
    await poll()
    expect(await withdraw()).toMatchObject({
      kind: 'refused',
      why: expect.stringContaining('is signed'),
    })
    expect(await rows()).toHaveLength(1)
    expect((await isDrained())?.outcome).toBe('drained')
    expect(await withdraw()).toMatchObject({
      kind: 'refused',
      why: expect.stringContaining('drained'),
    })
  })

  it('without the retired key, on a paused chain, and by a worker with another keeper', async () => {
    await ask('keeper')
    const { chain, signer } = money
    const noKeys = keySource({})
    const codec = createTransactionCodec()
    const keyless = createSigner({ chain, keeperKeys: noKeys, walletKeys: noKeys, codec })
    money = { ...money, signer: keyless }
    await poll()
    expect((await view())?.waitingFor).toContain(`RETIRED_KEEPER_PRIVATE_KEY_${chain.id}`)
    money = { ...money, signer }
    await ledger.sql`update chains set paused_reason = 'fork (bob)' where id = ${chain.id}`
    await poll()
    expect((await view())?.waitingFor).toContain('paused')
    await ledger.sql`update chains set paused_reason = null where id = ${chain.id}`
    const third = anAccount().address
    await registerChains(ledger.db, [
      { ...chain, gasKeeper: { ...chain.gasKeeper, address: third } },
    ])
    await poll()
    expect((await view())?.waitingFor).toContain('coldsweep.yaml')
    expect(await rows()).toEqual([])
  })

  it('for a balance that does not pay for its own transfer', async () => {
    await anvil.setBalance(old(), 5n)
    await ask('keeper')
    await poll()
    expect(await view()).toMatchObject({ outcome: 'void', restWei: null })
    // Gas may be cheaper later, so the order can be given again without new money.
    expect(await ask('keeper', 5n)).toMatchObject({ kind: 'done' })
  })
})
