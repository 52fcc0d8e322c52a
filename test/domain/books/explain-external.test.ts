import { describe, expect, it } from 'vitest'
import type { Address, Hash } from '../../../domain/address.ts'
import { explainExternal } from '../../../domain/books/explain-external.ts'
import { encodeTransfer } from '../../../domain/chains/erc20.ts'
import { withL1Margin } from '../../../domain/chains/fees.ts'
import type { MinedTransaction } from '../../../domain/chains/mined-transaction.ts'
import { aChain, coldWallet, keeper, token, wallet } from '../../harness/factories/a-chain.ts'
import { aTransferLog } from '../../harness/factories/a-transfer-log.ts'

const stranger: Address = `0x${'5a'.repeat(20)}`
const retired: Address = `0x${'ed'.repeat(20)}`
const formerCold: Address = `0x${'c1'.repeat(20)}`
const hash: Hash = `0x${'1'.repeat(64)}`
const log = (to: Address, amount: bigint, of: Address = token) =>
  aTransferLog(of, wallet, to, amount)

/**
 * Explains an external transaction: 60 wei from a wallet to the cold wallet, unless `more` differs.
 */
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
      keepers: new Set([keeper, retired]),
      retired: new Set([retired]),
      coldWallets: new Set([coldWallet, formerCold]),
      isWallet: (address) => address === wallet,
    },
  )

const call = { to: token, valueWei: 0n, data: encodeTransfer(coldWallet, 100n) }

describe('explainExternal (MONEY 22)', () => {
  it('explains native coin to the cold wallet as a sweep whose coverable amount includes gas', () => {
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

  it('returns at least the swept balance as coverable if the paid L1 fee is below the quote (MONEY 9, 11)', () => {
    const quoted = 40n
    const l1FeeWei = 11n
    const balance = 60n + 10n * 3n + withL1Margin(quoted)
    const explained = explain({ l1FeeWei, feeWei: 20n + l1FeeWei })
    expect(explained.kind === 'sweep' && explained.outcome.coverableAmount).toBeGreaterThanOrEqual(
      balance,
    )
  })

  it('explains native coin to a former cold wallet as a sweep', () => {
    expect(explain({ to: formerCold })).toMatchObject({ kind: 'sweep', asset: 'native' })
  })

  it('explains a token transfer as a sweep whose arrived amount excludes the fee that the token kept', () => {
    const logs = [log(coldWallet, 97n), log(stranger, 3n)]
    expect(explain({ ...call, logs })).toMatchObject({
      kind: 'sweep',
      asset: token,
      outcome: { arrivedAmount: 97n, leftAmount: 100n, coverableAmount: 100n },
    })
  })

  it('explains native coin from the keeper to a user wallet as gas', () => {
    expect(explain({ from: keeper, to: wallet })).toEqual({ kind: 'gas', wallet })
  })

  it.each<[string, Address, string]>([
    ['another keeper', keeper, 'keeper'],
    ['the cold wallet', coldWallet, 'cold-wallet'],
    ['a former cold wallet', formerCold, 'cold-wallet'],
  ])('explains native coin from a retired keeper to %s as its drain', (_, to, destination) => {
    expect(explain({ from: retired, to })).toEqual({
      kind: 'drain',
      to,
      destination,
      blockNumber: 50n,
      txIndex: 4,
    })
  })

  it.each<[string, Partial<MinedTransaction>]>([
    ['that has the form of a cancel', { to: wallet, valueWei: 0n }],
    ['that failed but set the account’s code', { to: wallet, valueWei: 0n, ok: false }],
    ['that has the form of a sweep', {}],
    ['from the keeper', { from: keeper, to: keeper, valueWei: 0n }],
  ])('explains a transaction with an authorisation (EIP-7702) %s as foreign', (_, more) => {
    expect(explain({ ...more, authorizes: true })).toEqual({ kind: 'foreign' })
  })

  it.each<[string, Partial<MinedTransaction>]>([
    ['a failed sweep', { ok: false }],
    ['a failed transfer to an unknown address', { to: stranger, ok: false }],
    ['a cancel', { to: wallet, valueWei: 0n }],
    ['a cancel of the keeper', { from: keeper, to: keeper, valueWei: 0n }],
    ['a token transfer without a log', call],
  ])('explains %s as a transaction that moved nothing', (_, more) => {
    expect(explain(more)).toEqual({ kind: 'nothing' })
  })

  it.each<[string, Partial<MinedTransaction>]>([
    ['native coin to an unknown address', { to: stranger }],
    ['native coin to the cold wallet with calldata', { data: '0x12345678' }],
    ['the creation of a contract', { to: null }],
    ['native coin from the keeper to an unknown address', { from: keeper, to: stranger }],
    ['native coin from the keeper to the cold wallet', { from: keeper }],
    ['native coin from a retired keeper to an unknown address', { from: retired, to: stranger }],
    ['native coin from the keeper to a retired one', { from: keeper, to: retired }],
    ['a drain with calldata', { from: retired, to: keeper, data: '0x12345678' }],
    ['gas with calldata', { from: keeper, to: wallet, data: '0x12345678' }],
    [
      'a token transfer to an unknown address',
      { ...call, data: encodeTransfer(stranger, 100n), logs: [log(stranger, 100n)] },
    ],
    [
      'a transfer that names the cold wallet in its calldata and another address in its logs',
      { ...call, logs: [log(stranger, 100n)] },
    ],
    [
      'a sweep that also moved another token',
      { ...call, logs: [log(coldWallet, 100n), log(stranger, 1n, stranger)] },
    ],
    [
      'a transfer of an unlisted token',
      { ...call, to: stranger, logs: [log(coldWallet, 100n, stranger)] },
    ],
    ['an approval', { to: token, valueWei: 0n, data: `0x095ea7b3${'0'.repeat(128)}` }],
    [
      'a token transfer that also sends native coin',
      { ...call, valueWei: 1n, logs: [log(coldWallet, 100n)] },
    ],
  ])('explains %s as foreign, so that the alarm stays active', (_, more) => {
    expect(explain(more)).toEqual({ kind: 'foreign' })
  })
})
