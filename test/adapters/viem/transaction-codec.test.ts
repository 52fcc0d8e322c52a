import fc from 'fast-check'
import { privateKeyToAccount } from 'viem/accounts'
import { describe, expect, it } from 'vitest'
import { createTransactionCodec } from '../../../adapters/viem/transaction-codec.ts'
import type { Hex } from '../../../domain/address.ts'
import type { UnsignedTransaction } from '../../../domain/lanes/transaction.ts'
import { anAccount } from '../../harness/factories/an-account.ts'

const codec = createTransactionCodec()
const signer = anAccount()

const wei = fc.bigInt({ min: 0n, max: 2n ** 128n })
const transactions: fc.Arbitrary<UnsignedTransaction> = fc
  .record({
    chainId: fc.integer({ min: 1, max: 2 ** 31 - 1 }),
    feeMode: fc.constantFrom('eip1559' as const, 'legacy' as const),
    nonce: fc.bigInt({ min: 0n, max: 2n ** 32n }),
    to: fc.constantFrom(anAccount().address, anAccount().address),
    valueWei: wei,
    data: fc.constantFrom<Hex>('0x', '0x00', `0xa9059cbb${'0'.repeat(128)}`),
    gasLimit: fc.bigInt({ min: 0n, max: 2n ** 40n }),
    fee: wei,
    tip: wei,
  })
  .map(({ gasLimit, fee, tip, ...rest }) => ({
    ...rest,
    fees: {
      gasLimit,
      maxFeeWei: fee,
      maxPriorityFeeWei: rest.feeMode === 'legacy' || tip > fee ? fee : tip,
    },
  }))

describe('the transaction codec', () => {
  it('decodes a signed transaction to the same fields, including zeros', async () => {
    await fc.assert(
      fc.asyncProperty(transactions, async (transaction) => {
        const { raw, hash } = await codec.sign(transaction, signer.key)
        const read = await codec.decode(raw)
        expect(read).toEqual({ ...transaction, sender: signer.address, hash })
      }),
      { numRuns: 60 },
    )
  })

  it('signs the same transaction twice with the same bytes', async () => {
    const [transaction] = fc.sample(transactions, 1)
    if (!transaction) throw new Error('nothing was drawn')
    const twice = [codec.sign(transaction, signer.key), codec.sign(transaction, signer.key)]
    const [first, second] = await Promise.all(twice)
    expect(second).toEqual(first)
  })

  it.each<Hex>(['0x', '0x00', `0x${'0'.repeat(64)}`, `0x${'f'.repeat(64)}`, '0xzz' as Hex])(
    'addressOfKey returns undefined for the invalid key %s',
    (text) => {
      expect(codec.addressOfKey(text)).toBeUndefined()
    },
  )

  it('addressOfKey returns the address of a key in lower case', () => {
    expect(codec.addressOfKey(signer.key)).toBe(signer.address)
  })

  const { signTransaction, signAuthorization } = privateKeyToAccount(signer.key)
  const plain = { chainId: 1, to: signer.address, nonce: 0, gas: 21_000n, value: 1n }
  const fees = { maxFeePerGas: 1n, maxPriorityFeePerGas: 1n }
  const accessList = [{ address: signer.address, storageKeys: [] }]

  it.each([
    ['an access list', () => signTransaction({ ...plain, ...fees, type: 'eip1559', accessList })],
    [
      'the type of EIP-2930',
      () => signTransaction({ ...plain, gasPrice: 1n, type: 'eip2930', accessList }),
    ],
    [
      'a delegation (EIP-7702)',
      async () =>
        signTransaction({
          ...plain,
          ...fees,
          type: 'eip7702',
          authorizationList: [
            await signAuthorization({ address: signer.address, chainId: 1, nonce: 0 }),
          ],
        }),
    ],
    [
      'no chain id',
      () =>
        signTransaction({ ...plain, chainId: undefined, gasPrice: 1n, type: 'legacy' } as never),
    ],
    [
      'no recipient, which would create a contract',
      () => signTransaction({ ...plain, ...fees, to: null, data: '0x00', type: 'eip1559' }),
    ],
  ])('throws for bytes with %s, which this signer never signs (MONEY 1)', async (_, sign) => {
    await expect(codec.decode(await sign())).rejects.toThrow('not a transaction that this signer')
  })
})
