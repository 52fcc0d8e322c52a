import { expect, test } from 'vitest'
import { parseFile } from '../../../config/file/parse-file.ts'
import {
  aChain,
  aFile,
  coldWallet,
  faultsOf,
  keeper,
  usdt,
} from '../../harness/factories/a-config.ts'

test('a wrong EIP-55 checksum is refused, with the right form and the advice to compare (MONEY 18)', () => {
  const wrong = coldWallet.replace('f3f', 'F3f')
  expect(faultsOf({ coldWallet: wrong })).toMatchObject([
    { path: 'chains[0].coldWallet', problem: expect.stringContaining('EIP-55') },
  ])
  expect(faultsOf({ coldWallet: wrong })[0]?.fix).toContain('compare it with its source')
  expect(faultsOf({ coldWallet: wrong })[0]?.fix).toContain(`"${coldWallet}"`)
})

test.each([coldWallet.toLowerCase(), `0x${coldWallet.slice(2).toUpperCase()}`])(
  'an address without a checksum is refused: %s',
  (address) => {
    expect(faultsOf({ coldWallet: address })).toHaveLength(1)
  },
)

test('an address without quotes, which yaml reads as a number, is told to take some', () => {
  const { faults } = parseFile(
    aFile().replace(/coldWallet: "?0x\w+"?/, `coldWallet: ${coldWallet}`),
  )
  expect(faults).toMatchObject([
    { path: 'chains[0].coldWallet', problem: 'is a number, not an address' },
  ])
})

test('the zero address is refused', () => {
  expect(faultsOf({ coldWallet: `0x${'0'.repeat(40)}` })[0]?.problem).toBe('is the zero address')
})

test('cold wallet, keeper and tokens may not coincide, on one chain or across (MONEY 18)', () => {
  const gasKeeper = { address: coldWallet, alertBelow: '0.5' }
  expect(faultsOf({ gasKeeper })).toMatchObject([{ path: 'chains[0].gasKeeper.address' }])
  const tokens = [{ address: coldWallet, symbol: 'USDT', decimals: 18, min: '1' }]
  expect(faultsOf({ tokens })).toMatchObject([{ path: 'chains[0].tokens[0].address' }])
  const other = aChain({
    id: 1,
    name: 'ethereum',
    coldWallet: keeper,
    gasKeeper: { address: usdt, alertBelow: '1' },
  })
  const { faults } = parseFile(aFile(aChain({ tokens: [] }), other))
  expect(faults.map(({ path }) => path)).toContain('chains[1].coldWallet')
})

test('chains may share a cold wallet and a keeper, and a token its address', () => {
  const { faults } = parseFile(aFile(aChain(), aChain({ id: 1, name: 'ethereum' })))
  expect(faults).toEqual([])
})

test('chain ids, chain names, token addresses and symbols stand once', () => {
  const token = { address: usdt, symbol: 'USDT', decimals: 18, min: '1' }
  expect(
    parseFile(aFile(aChain(), aChain({ name: 'Bsc' }))).faults.map(({ path }) => path),
  ).toEqual(['chains[1].id', 'chains[1].name'])
  expect(faultsOf({ tokens: [token, token] }).map(({ path }) => path)).toEqual([
    'chains[0].tokens[1].symbol',
    'chains[0].tokens[1].address',
  ])
})

test("a token may not take the native coin's symbol", () => {
  expect(faultsOf({ native: { symbol: 'usdt', min: '1' } })).toMatchObject([
    {
      path: 'chains[0].tokens[0].symbol',
      problem: '"USDT" stands at chains[0].native.symbol already',
    },
  ])
})
