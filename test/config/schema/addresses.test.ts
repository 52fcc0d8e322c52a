import { expect, test } from 'vitest'
import { parseFile } from '../../../config/file/parse-file.ts'
import {
  aChain,
  aFile,
  coldWallet,
  errorsOf,
  keeper,
  usdt,
} from '../../harness/factories/a-config.ts'

test('a wrong EIP-55 checksum is rejected with the expected form and the advice to compare the digits (MONEY 18)', () => {
  const wrong = coldWallet.replace('f3f', 'F3f')
  expect(errorsOf({ coldWallet: wrong })).toMatchObject([
    {
      path: 'chains[0].coldWallet',
      problem: `checksum mismatch; expected ${coldWallet}, got ${wrong}`,
    },
  ])
  expect(errorsOf({ coldWallet: wrong })[0]?.fix).toContain('EIP-55')
  expect(errorsOf({ coldWallet: wrong })[0]?.fix).toContain(
    "compare every digit with the address's source",
  )
})

test.each([coldWallet.toLowerCase(), `0x${coldWallet.slice(2).toUpperCase()}`])(
  'an address without a checksum is rejected: %s',
  (address) => {
    expect(errorsOf({ coldWallet: address })).toHaveLength(1)
  },
)

test('an address without quotes is rejected, because yaml reads it as a number', () => {
  const { errors } = parseFile(
    aFile().replace(/coldWallet: "?0x\w+"?/, `coldWallet: ${coldWallet}`),
  )
  expect(errors).toMatchObject([
    { path: 'chains[0].coldWallet', problem: 'expected an address, got a number' },
  ])
})

test('the zero address is rejected', () => {
  expect(errorsOf({ coldWallet: `0x${'0'.repeat(40)}` })[0]?.problem).toBe('zero address')
})

test('cold wallet, keeper and tokens must have different addresses, also across chains (MONEY 18)', () => {
  const gasKeeper = { address: coldWallet, alertBelow: '0.5' }
  expect(errorsOf({ gasKeeper })).toMatchObject([{ path: 'chains[0].gasKeeper.address' }])
  const tokens = [{ address: coldWallet, symbol: 'USDT', decimals: 18, min: '1' }]
  expect(errorsOf({ tokens })).toMatchObject([{ path: 'chains[0].tokens[0].address' }])
  const other = aChain({
    id: 1,
    name: 'ethereum',
    coldWallet: keeper,
    gasKeeper: { address: usdt, alertBelow: '1' },
  })
  const { errors } = parseFile(aFile(aChain({ tokens: [] }), other))
  expect(errors.map(({ path }) => path)).toContain('chains[1].coldWallet')
})

test('two chains may share cold wallet, keeper and token addresses', () => {
  const { errors } = parseFile(aFile(aChain(), aChain({ id: 1, name: 'ethereum' })))
  expect(errors).toEqual([])
})

test('duplicate chain ids, chain names, token addresses and symbols are rejected', () => {
  const token = { address: usdt, symbol: 'USDT', decimals: 18, min: '1' }
  expect(
    parseFile(aFile(aChain(), aChain({ name: 'Bsc' }))).errors.map(({ path }) => path),
  ).toEqual(['chains[1].id', 'chains[1].name'])
  expect(errorsOf({ tokens: [token, token] }).map(({ path }) => path)).toEqual([
    'chains[0].tokens[1].symbol',
    'chains[0].tokens[1].address',
  ])
})

test("a token with the native coin's symbol is rejected", () => {
  expect(errorsOf({ native: { symbol: 'usdt', min: '1' } })).toMatchObject([
    {
      path: 'chains[0].tokens[0].symbol',
      problem: 'duplicate symbol "USDT" (also at chains[0].native.symbol)',
    },
  ])
})
