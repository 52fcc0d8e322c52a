import { describe, expect, it } from 'vitest'
import { createTransactionCodec } from '../../../adapters/viem/transaction-codec.ts'
import type { Attempt, Transaction } from '../../../domain/lanes/transaction.ts'
import { PolicyRefused } from '../../../domain/money-errors.ts'
import { checkStored } from '../../../transactions/sign/check-stored.ts'
import { gwei } from '../../harness/factories/a-chain.ts'
import { aHash, anAttempt, aTransaction } from '../../harness/factories/a-transaction.ts'
import { anAccount } from '../../harness/factories/an-account.ts'
import { withRealBytes } from '../../harness/factories/with-real-bytes.ts'

const codec = createTransactionCodec()
const keeper = anAccount()
const wallet = anAccount()
const thief = anAccount()
const row = aTransaction({
  step: 'gas',
  sender: keeper.address,
  to: wallet.address,
  valueWei: gwei,
  nonce: 7n,
  attempts: [
    anAttempt({ valueWei: gwei }),
    anAttempt({ number: 2, valueWei: gwei, maxFeeWei: 2n * gwei, maxPriorityFeeWei: 2n * gwei }),
    anAttempt({ number: 3, kind: 'cancel', maxFeeWei: 3n * gwei, maxPriorityFeeWei: 3n * gwei }),
  ],
})
const gas = await withRealBytes(row, keeper.key)
const refused = async (transaction: Transaction) =>
  await checkStored(codec, transaction).then(
    () => 'accepted',
    (error: unknown) => {
      expect(error).toBeInstanceOf(PolicyRefused)
      return (error as Error).message
    },
  )
const newest = (more: Partial<Attempt>): Transaction => ({
  ...gas,
  attempts: [...gas.attempts.slice(0, 1), { ...(gas.attempts[1] as Attempt), ...more }],
})

describe('rows before their replacement (MONEY 27)', () => {
  it('accepts a row whose bytes its sender signed: a payment, a bump, a cancel', async () => {
    for (const count of [1, 2, 3])
      expect(await refused({ ...gas, attempts: gas.attempts.slice(0, count) })).toBe('accepted')
  })

  it.each([
    ['another receiver', { ...newest({}), to: thief.address }, 'to'],
    ['another sender', { ...newest({}), sender: wallet.address }, 'sender'],
    ['another nonce', { ...newest({}), nonce: 8n }, 'nonce'],
    ['another chain', { ...newest({}), chainId: 1 }, 'chain id'],
    ['calldata', { ...newest({}), data: '0xa9059cbb' as const }, 'calldata'],
    ['a larger value', newest({ valueWei: 3n * 10n ** 17n }), 'value'],
    ['a lower fee than signed', newest({ maxFeeWei: gwei }), 'max fee'],
    ['a lower tip than signed', newest({ maxPriorityFeeWei: 1n }), 'tip'],
    ['another gas limit', newest({ gasLimit: 90_000n }), 'gas limit'],
    ['another hash', newest({ hash: aHash() }), 'hash'],
    ['a cancel that is a payment', newest({ kind: 'cancel' }), 'to'],
    ['a changed first attempt', { ...newest({}), ...changedFirst() }, 'value'],
  ])('refuses a row with %s, and names it', async (_what, forged, field) => {
    expect(await refused(forged)).toMatch(
      new RegExp(`the row ${gas.key} is not what was signed: attempt \\d differs in: .*${field}`),
    )
  })

  it('refuses a row whose bytes another key signed', async () => {
    expect(await refused(await withRealBytes(row, thief.key))).toContain('differs in: sender')
  })

  it.each([
    ['value', { valueWei: 3n * 10n ** 17n }],
    ['gas limit', { gasLimit: 90_000n }],
  ])('refuses a row whose own %s differs from its first attempt', async (_, more) => {
    expect(await refused({ ...gas, ...more })).toContain('is not that of its first attempt')
  })

  it('refuses bytes that are no transaction, and a row without an attempt', async () => {
    expect(await refused(newest({ raw: '0x02' }))).toContain('its bytes cannot be read')
    expect(await refused({ ...gas, attempts: [] })).toContain('it has no signed attempt')
  })
})

function changedFirst(): Pick<Transaction, 'attempts' | 'valueWei'> {
  const [first, second] = gas.attempts as [Attempt, Attempt]
  const valueWei = 3n * 10n ** 17n
  return { valueWei, attempts: [{ ...first, valueWei }, second] }
}
