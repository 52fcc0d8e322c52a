import fc from 'fast-check'
import type { Address } from '../../../domain/address.ts'
import { encodeTransfer } from '../../../domain/chains/erc20.ts'
import { type aChain, coldWallet, gwei, token } from '../../harness/factories/a-chain.ts'

/** An address that no intent may pay. */
export const stranger: Address = `0x${'5e'.repeat(20)}`

type Fields = Record<string, unknown>

/**
 * Returns generators of a hostile caller's arguments to the signer: fields of an intent, the shape
 * of its object, fees and nonces. Many arguments are valid, so that the calls reach every check.
 * @param own addresses of user wallets
 */
export function hostileIntents(chain: ReturnType<typeof aChain>, own: readonly Address[]) {
  const spellings = (address: string) => [
    address,
    address.toUpperCase(),
    `0X${address.slice(2)}`,
    `0x${address.slice(2).toUpperCase()}`,
    ` ${address}`,
    `${address} `,
    `${address}\n`,
    address.slice(2),
    `${address}00`,
  ]
  const addresses = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom<unknown>(...own) },
    fc.constantFrom<unknown>(coldWallet, chain.gasKeeper.address, token, stranger),
    fc.constantFrom<unknown>(
      ...spellings(coldWallet),
      ...own.flatMap(spellings),
      ...spellings(token),
    ),
    fc.constantFrom<unknown>(undefined, null, 0, '', '0x', 'native', {}, [], [own[0]]),
    // Objects that turn into an address when code uses them as text.
    fc.constantFrom<unknown>(
      { toString: () => coldWallet },
      Object.assign(Object(own[0]), { x: 1 }),
    ),
  )
  const amounts = fc.oneof(
    // Amounts below and above the gas cap of one sweep.
    { weight: 4, arbitrary: fc.bigInt({ min: 1n, max: 2n ** 57n }) },
    { weight: 1, arbitrary: fc.bigInt({ min: 1n, max: 2n ** 256n }) },
    fc.constantFrom<unknown>(
      0n,
      -1n,
      2n ** 256n - 1n,
      2n ** 256n,
      2n ** 300n,
      5,
      '5',
      null,
      undefined,
      {},
    ),
  )
  const kinds = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom<unknown>('fund-gas', 'sweep-native', 'sweep-token') },
    fc.constantFrom<unknown>(
      'cancel',
      'send',
      'constructor',
      '__proto__',
      'toString',
      '',
      null,
      undefined,
      ['sweep-token'],
    ),
  )
  const chainIds = fc.oneof(
    { weight: 8, arbitrary: fc.constant<unknown>(chain.id) },
    fc.constantFrom<unknown>(
      1,
      String(chain.id),
      BigInt(chain.id),
      null,
      undefined,
      chain.id + 0.5,
    ),
  )
  const fields = fc.record({
    kind: kinds,
    chainId: chainIds,
    wallet: addresses,
    token: fc.oneof({ weight: 3, arbitrary: fc.constant<unknown>(token) }, addresses),
    amount: amounts,
    valueWei: amounts,
    // Real intents lack these fields, so the signer must ignore them.
    to: addresses,
    data: fc.constantFrom<unknown>('0x', '0xdeadbeef', encodeTransfer(stranger, 5n)),
    coldWallet: addresses,
  })

  /**
   * Four shapes of an intent: a plain object, an object with inherited fields, a frozen object, and
   * an object whose getters return other values after three reads.
   */
  const shapes: readonly ((of: Fields, second: Fields) => unknown)[] = [
    (of) => of,
    (of) => Object.create(of),
    (of) => Object.freeze({ ...of, __proto__: { to: stranger } }),
    (of, second) => {
      const reads = new Map<string, number>()
      const changing = Object.keys(of).map((name) => [
        name,
        {
          enumerable: true,
          get: () => {
            const read = (reads.get(name) ?? 0) + 1
            reads.set(name, read)
            return read > 3 ? second[name] : of[name]
          },
        },
      ])
      return Object.defineProperties({}, Object.fromEntries(changing))
    },
  ]

  const fees = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.constant<unknown>({
        gasLimit: 60_000n,
        maxFeeWei: 10n * gwei,
        maxPriorityFeeWei: gwei,
      }),
    },
    fc.record({
      gasLimit: fc.constantFrom<unknown>(21_000n, 0n, -1n, 21_000, undefined),
      maxFeeWei: fc.constantFrom<unknown>(
        gwei,
        chain.gas.maxFeeWei,
        chain.gas.maxFeeWei + 1n,
        2n ** 256n,
        '1',
        -1n,
      ),
      maxPriorityFeeWei: fc.constantFrom<unknown>(gwei, 0n, -1n, 300n * gwei, undefined),
    }),
  )
  const nonces = fc.oneof(
    { weight: 6, arbitrary: fc.bigInt({ min: 0n, max: 2n ** 32n }) },
    fc.constantFrom<unknown>(-1n, 0, '0', undefined),
  )

  return { fields, shapes, fees, nonces }
}
