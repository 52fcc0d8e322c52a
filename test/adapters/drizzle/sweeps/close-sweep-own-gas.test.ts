import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Address } from '../../../../domain/address.ts'
import { type OwnLedger, ownLedger } from '../../../harness/benches/own-ledger.ts'
import { aHash } from '../../../harness/factories/a-transaction.ts'
import { seedSweep, seedTransaction } from '../../../harness/factories/seed-rows.ts'

const chainId = 56
const feeWei = 21_000n * 10n ** 9n
const ether = 10n ** 18n

/**
 * On rollups and with `nativeRemainder: keep`, a remainder stays in the wallet. The sweep does not
 * empty the wallet, so sums decide which deposits it covers (MONEY 11).
 */
describe('coverage of a native deposit that paid gas for its wallet’s tokens (MONEY 6, 11)', () => {
  let ledger: OwnLedger
  beforeAll(async () => {
    ledger = await ownLedger()
  })
  afterAll(() => ledger.close())

  /**
   * Stores a native deposit of 10^18 wei in block 5, a token sweep in block 20 that took its gas
   * from the deposit, and a native sweep in block 50. Returns the state of the native deposit.
   */
  async function swept(more: { readonly keeperGas?: bigint; readonly coverable?: bigint } = {}) {
    const wallet: Address = `0x${randomBytes(20).toString('hex')}`
    const tokenSweep = await seedSweep(ledger.sql, { wallet, asset: `0x${'7'.repeat(40)}` })
    const own = { sweepId: tokenSweep, state: 'succeeded' }
    await seedTransaction(ledger.sql, { ...own, step: 'sweep', sender: wallet, minedBlock: 20 })
    if (more.keeperGas !== undefined) {
      const sender = `0x${randomBytes(20).toString('hex')}`
      const valueWei = String(more.keeperGas)
      await seedTransaction(ledger.sql, { ...own, step: 'gas', sender, valueWei, minedBlock: 19 })
      await ledger.sql`update transactions set "to" = ${wallet} where sender = ${sender}`
    }
    await ledger.sql`update sweeps set closed_at = now(), outcome = 'swept' where id = ${tokenSweep}`
    const { deposit, sweep } = await ledger.claimed({
      chainId,
      wallet,
      asset: 'native',
      amount: ether,
      blockNumber: 5n,
    })
    const moved = more.coverable ?? ether - feeWei
    await ledger.sweeps.saveOutcome(sweep.id, {
      txHash: aHash(),
      blockNumber: 50n,
      txIndex: 0,
      leftAmount: moved,
      arrivedAmount: moved,
      coverableAmount: moved,
      emptied: false,
      remainingAmount: 1n,
      logOrder: null,
      creditsBefore: null,
      gasSpentWei: 1n,
    })
    await ledger.sweeps.close(sweep.id)
    return (await ledger.read(deposit.id)).state
  }

  it('covers a deposit although a part of it was spent on gas', async () => {
    expect(await swept()).toBe('done')
  })

  it.each([
    ['the missing amount exceeds the gas', { coverable: ether - feeWei - 1n }],
    ['the keeper paid the gas', { keeperGas: feeWei }],
  ])('does not cover a deposit if %s', async (_, more) => {
    expect(await swept(more)).toBe('waiting')
  })

  it.each([
    ['native', feeWei, false],
    ['native', feeWei + 1n, true],
    [`0x${'7'.repeat(40)}`, 1n, true],
  ] as const)(
    'isGone for a deposit of %s of which %d units are missing returns %s (MONEY 12)',
    async (asset, missing, isGone) => {
      const wallet: Address = `0x${randomBytes(20).toString('hex')}`
      const deposit = await ledger.put({ chainId, wallet, asset, amount: ether })
      const sweepId = await seedSweep(ledger.sql, { wallet, asset: `0x${'6'.repeat(40)}` })
      const own = { sweepId, step: 'sweep', sender: wallet, minedBlock: 20 } as const
      await seedTransaction(ledger.sql, own)
      expect(await ledger.sweeps.isGone(deposit.id, ether - missing)).toBe(isGone)
    },
  )
})
