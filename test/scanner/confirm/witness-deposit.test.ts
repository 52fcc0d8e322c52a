import { describe, expect, it } from 'vitest'
import type { Log } from '../../../domain/chains/block.ts'
import type { DepositWitness } from '../../../domain/scan/deposit-witness.ts'
import type { DueDeposit } from '../../../domain/scan/scan-store.ts'
import { doubtAbout } from '../../../scanner/confirm/witness-deposit.ts'
import { seen } from '../../harness/benches/scan-store-bench.ts'
import { aReceipt, aTransfer, hash, who } from '../../harness/factories/a-block.ts'

const token = (more: Partial<DueDeposit> = {}): DueDeposit => ({
  ...seen(10, { asset: who.token, position: '0', logOrder: 0, amount: 7n, txHash: hash(0x100) }),
  doubtCleared: null,
  ...more,
})
const internal = (more: Partial<DueDeposit> = {}) =>
  token({ asset: 'native', position: 'native-0.1', ...more })
const other = aTransfer({ token: who.otherToken })

function witness(logs: readonly Log[], internal = 1): DepositWitness {
  return {
    blockHash: async () => hash(10),
    receipt: async () => aReceipt({ logs }),
    countInternalPayments: async () => internal,
  } as unknown as DepositWitness
}

const doubt = async (by: DepositWitness, deposit: DueDeposit) =>
  (await doubtAbout(by, deposit))?.reason

describe('doubtAbout a deposit, by the answer of another endpoint (MONEY 20)', () => {
  it.each<[string, readonly Log[], Partial<DueDeposit>, string | undefined]>([
    ['no doubt: the same log at the same place', [aTransfer()], {}, undefined],
    ['no doubt: one more log of another contract before it', [other, aTransfer()], {}, undefined],
    [
      'no doubt: both of two equal logs, shifted',
      [other, aTransfer(), aTransfer()],
      { alike: 2 },
      undefined,
    ],
    [
      'rpc-disagreement: only one of two equal logs',
      [aTransfer()],
      { alike: 2 },
      'rpc-disagreement',
    ],
    ['rpc-disagreement: another amount', [aTransfer({ amount: 8n })], {}, 'rpc-disagreement'],
    ['rpc-disagreement: another sender', [aTransfer({ from: who.cold })], {}, 'rpc-disagreement'],
    ['rpc-disagreement: another token', [other], {}, 'rpc-disagreement'],
    ['rpc-disagreement: no log', [], {}, 'rpc-disagreement'],
  ])('%s', async (_, logs, more, expected) => {
    expect(await doubt(witness(logs), token(more))).toBe(expected)
  })

  it.each<[string, number, number, string | undefined]>([
    ['no doubt: once, at another path', 1, 1, undefined],
    ['no doubt: twice, for two stored transfers', 2, 2, undefined],
    ['rpc-disagreement: once, for two stored transfers', 1, 2, 'rpc-disagreement'],
    ['rpc-disagreement: nowhere', 0, 1, 'rpc-disagreement'],
  ])('traces of an internal transfer → %s', async (_, count, alike, expected) => {
    expect(await doubt(witness([], count), internal({ alike }))).toBe(expected)
  })
})
