import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Address } from '../../../domain/address.ts'
import type { Token } from '../../harness/devnet/devnet.ts'
import { eventually } from '../../harness/waiting/eventually.ts'
import { type ScanWorld, scanWorld } from '../../harness/worlds/scan-world.ts'

describe('a token credit without money behind it', () => {
  let world: ScanWorld
  beforeEach(async () => {
    world = await scanWorld()
  })
  afterEach(() => world.close())

  const states = async () =>
    (await world.deposits()).map(({ amount, state, reason }) =>
      `${amount} ${state} ${reason}`.trim(),
    )
  const stateOf = (expected: readonly string[]) =>
    eventually(states, (found) => JSON.stringify(found) === JSON.stringify(expected))
  const set = (token: Token, holder: Address, amount: bigint) =>
    world.devnet.call(token, 'setBalance', [holder, amount])

  it('is held if the token logs one transfer twice, and the real credit is confirmed', async () => {
    const token = await world.token('phantom-token', 'DUP')
    const wallet = await world.wallet()
    await world.devnet.call(token, 'setTimes', [2n])
    const scanner = world.scan({ tokens: [token] })
    await world.devnet.payToken(token, wallet, 50n)
    await world.mine(3)
    await stateOf(['50 waiting queued', '50 confirming unbacked'])
    const [, phantom] = await world.sql`select detail from deposits order by log_order`
    expect(phantom?.['detail']).toMatch(
      /^the wallet's balance does not show this credit of 50: after block \d+ it holds 50, unrecorded sweeps moved 0, other credits claim 50; in block \d+ the balance changed by 50, the logs say 100 \(smallest unit\)$/,
    )
    // The held credit does not delay a later deposit.
    await world.devnet.payToken(token, wallet, 30n)
    await world.mine(3)
    await stateOf([
      '50 waiting queued',
      '50 confirming unbacked',
      '30 waiting queued',
      '30 confirming unbacked',
    ])
    expect(await world.work()).toHaveLength(2)
    await eventually(scanner.problems, (problems) => problems.every((one) => one === undefined))
  })

  it('is held without a balance change, and is confirmed once the balance shows the credit', async () => {
    const token = await world.token('phantom-token', 'DUP')
    const wallet = await world.wallet()
    const scanner = world.scan({ tokens: [token] })
    await world.devnet.payToken(token, await world.wallet({ unlisted: true }), 1n)
    await world.devnet.call(token, 'phantoms', [wallet, 70n, 1n])
    await world.mine(3)
    await stateOf(['70 confirming unbacked'])
    expect(await world.work()).toEqual([])
    await set(token, wallet, 70n)
    await world.mine(1)
    await stateOf(['70 waiting queued'])
    expect(scanner.log.lines.filter(({ level }) => level === 'error')).toEqual([])
  })

  it('raises one alarm for each asset, whatever the number of credits', async () => {
    const token = await world.token('phantom-token', 'DUP')
    const wallets = [await world.wallet(), await world.wallet(), await world.wallet()]
    const scanner = world.scan({ tokens: [token], tuning: { unbackedAlarmMs: 500 } })
    await world.devnet.call(token, 'phantomEach', [wallets, 5n])
    await world.mine(3)
    const alarms = () =>
      scanner.log.lines.filter(({ message }) => message.includes('not backed by balances'))
    await eventually(alarms, (found) => found.length > 0)
    await world.mine(1)
    expect(alarms()).toMatchObject([{ level: 'error', fields: { deposits: 3, amount: 15n } }])
    expect(scanner.metrics.counts.get('unbacked_alarms')).toBe(1)
  })
})
