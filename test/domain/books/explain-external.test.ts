import { describe, expect, it } from 'vitest'
import type { Address, Hash } from '../../../domain/address.ts'
import { explainExternal } from '../../../domain/books/explain-external.ts'
import { encodeTransfer } from '../../../domain/chains/erc20.ts'
import { withL1Margin } from '../../../domain/chains/fees.ts'
import type { MinedTransaction } from '../../../domain/chains/mined-transaction.ts'
import { aChain, coldWallet, keeper, token, wallet } from '../../harness/factories/a-chain.ts'
import { aTransferLog } from '../../harness/factories/a-transfer-log.ts'

const stranger: Address = `0x${'5a'.repeat(20)}`
const formerCold: Address = `0x${'c1'.repeat(20)}`
const hash: Hash = `0x${'1'.repeat(64)}`
const log = (to: Address, amount: bigint, of: Address = token) =>
  aTransferLog(of, wallet, to, amount)

const explain = (more: Partial<MinedTransaction>) =>
  explainExternal(
    aChain(),
    {
      hash,
      from: wallet,
      to: coldWallet,
      nonce: 0n,
      valueWei: 60n,
      data: '0x',
      gasLimit: 10n,
      maxFeeWei: 3n,
      blockNumber: 50n,
      blockHash: hash,
      txIndex: 4,
      ok: true,
      authorizes: false,
      gasUsed: 10n,
      gasPriceWei: 2n,
      l1FeeWei: 0n,
      feeWei: 20n,
      logs: [],
      ...more,
    },
    {
      keepers: new Set([keeper]),
      coldWallets: new Set([coldWallet, formerCold]),
      isWallet: (address) => address === wallet,
    },
  )

const call = { to: token, valueWei: 0n, data: encodeTransfer(coldWallet, 100n) }

describe('what a transaction that no row explains is (MONEY 22)', () => {
  it('coin to the cold wallet is a sweep, signed from a balance that held its gas', () => {
    expect(explain({})).toMatchObject({
      kind: 'sweep',
      wallet,
      asset: 'native',
      outcome: {
        txHash: hash,
        blockNumber: 50n,
        txIndex: 4,
        arrivedAmount: 60n,
        leftAmount: 80n,
        coverableAmount: 90n,
      },
    })
  })

  it('on a rollup the balance that was signed fits, though less was paid than quoted (MONEY 9, 11)', () => {
    const quoted = 40n
    const l1FeeWei = 11n
    const balance = 60n + 10n * 3n + withL1Margin(quoted)
    const explained = explain({ l1FeeWei, feeWei: 20n + l1FeeWei })
    expect(explained.kind === 'sweep' && explained.outcome.coverableAmount).toBeGreaterThanOrEqual(
      balance,
    )
  })

  it('coin to a cold wallet that the chain had before is a sweep too', () => {
    expect(explain({ to: formerCold })).toMatchObject({ kind: 'sweep', asset: 'native' })
  })

  it('a token’s transfer to the cold wallet that arrived is a sweep, less what the token kept', () => {
    const logs = [log(coldWallet, 97n), log(stranger, 3n)]
    expect(explain({ ...call, logs })).toMatchObject({
      kind: 'sweep',
      asset: token,
      outcome: { arrivedAmount: 97n, leftAmount: 100n, coverableAmount: 100n },
    })
  })

  it('the keeper’s coin to a user wallet is gas', () => {
    expect(explain({ from: keeper, to: wallet })).toEqual({ kind: 'gas', wallet })
  })

  it.each<[string, Partial<MinedTransaction>]>([
    ['that looks like a cancel', { to: wallet, valueWei: 0n }],
    ['that failed: the code stays', { to: wallet, valueWei: 0n, ok: false }],
    ['that looks like a sweep', {}],
    ['of the keeper', { from: keeper, to: keeper, valueWei: 0n }],
  ])('one with an authorisation (EIP-7702) %s is a stranger’s: it sets code', (_, more) => {
    expect(explain({ ...more, authorizes: true })).toEqual({ kind: 'foreign' })
  })

  it.each<[string, Partial<MinedTransaction>]>([
    ['a failed sweep', { ok: false }],
    ['a failed transfer to a stranger', { to: stranger, ok: false }],
    ['a cancel', { to: wallet, valueWei: 0n }],
    ['the keeper’s cancel', { from: keeper, to: keeper, valueWei: 0n }],
    ['a transfer that the token answered with false', call],
  ])('nothing was moved by %s', (_, more) => {
    expect(explain(more)).toEqual({ kind: 'nothing' })
  })

  it.each<[string, Partial<MinedTransaction>]>([
    ['coin to a stranger', { to: stranger }],
    ['coin to the cold wallet with a call in it', { data: '0x12345678' }],
    ['a new contract', { to: null }],
    ['the keeper’s coin to a stranger', { from: keeper, to: stranger }],
    ['the keeper’s coin to the cold wallet', { from: keeper }],
    ['gas with a call in it', { from: keeper, to: wallet, data: '0x12345678' }],
    [
      'a token’s transfer to a stranger',
      { ...call, data: encodeTransfer(stranger, 100n), logs: [log(stranger, 100n)] },
    ],
    [
      'a transfer whose calldata says cold and whose logs say elsewhere',
      { ...call, logs: [log(stranger, 100n)] },
    ],
    [
      'another token on the way',
      { ...call, logs: [log(coldWallet, 100n), log(stranger, 1n, stranger)] },
    ],
    [
      'a token that is not listed',
      { ...call, to: stranger, logs: [log(coldWallet, 100n, stranger)] },
    ],
    ['an approval', { to: token, valueWei: 0n, data: `0x095ea7b3${'0'.repeat(128)}` }],
    ['coin sent with a token’s transfer', { ...call, valueWei: 1n, logs: [log(coldWallet, 100n)] }],
  ])('%s is not ours: the alarm stays', (_, more) => {
    expect(explain(more)).toEqual({ kind: 'foreign' })
  })
})
