import { expect, it } from 'vitest'
import type { Address } from '../../../domain/address.ts'
import { takenFromSender } from '../../../domain/books/taken-from-sender.ts'
import { coldWallet, token, wallet } from '../../harness/factories/a-chain.ts'
import { aTransferLog } from '../../harness/factories/a-transfer-log.ts'

const stranger: Address = `0x${'5a'.repeat(20)}`
const transfer = (from: Address, to: Address, amount: bigint, logIndex = 0) =>
  aTransferLog(token, from, to, amount, { logIndex })
const mined = { from: wallet, to: stranger, valueWei: 0n, ok: true, logs: [] }

it.each([
  ['native coin', { valueWei: 7n }, [{ to: stranger, asset: 'native', amount: 7n }]],
  [
    'native coin that went to a new contract',
    { to: null, valueWei: 7n },
    [{ to: null, asset: 'native', amount: 7n }],
  ],
  [
    'only the tokens that left the sender if the sender also received tokens',
    { logs: [transfer(wallet, coldWallet, 3n), transfer(stranger, wallet, 9n, 1)] },
    [{ to: coldWallet, asset: token, amount: 3n }],
  ],
  ['nothing for a failed transaction', { ok: false, valueWei: 7n }, []],
])('takenFromSender lists %s', (_, more, expected) => {
  expect(takenFromSender({ ...mined, ...more })).toEqual(expected)
})
