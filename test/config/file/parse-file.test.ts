import { expect, test } from 'vitest'
import { parseFile } from '../../../config/file/parse-file.ts'
import {
  aChain,
  aFile,
  coldWallet,
  errorsOf,
  keeper,
  readChain,
  usdt,
} from '../../harness/factories/a-config.ts'

test('amounts are parsed to smallest units and addresses to lower case', () => {
  const chain = readChain()
  expect(chain.native).toMatchObject({
    id: 'native',
    symbol: 'BNB',
    decimals: 18,
    min: 2_000_000_000_000_000n,
  })
  expect(chain.tokens).toMatchObject([
    { id: usdt.toLowerCase(), symbol: 'USDT', decimals: 18, min: 10n ** 18n },
  ])
  expect(chain.coldWallet).toBe(coldWallet.toLowerCase())
  expect(chain.gasKeeper.alertBelowWei).toBe(5n * 10n ** 17n)
  expect(chain.gas.maxFeeWei).toBe(20_000_000_000n)
})

test('an omitted key has its default value', () => {
  const { file } = parseFile(aFile())
  expect(file?.walletRefreshSeconds).toBe(5)
  expect(file?.lateWalletBlocks).toBe(5000)
  expect(file?.timers.attentionAfterSeconds).toBe(86_400)
  expect(file?.limits).toEqual({ gasRounds: 3, sweepRounds: 3, walletSweepsPerDay: 24 })
  const chain = readChain()
  expect(chain.startBlock).toBe('latest')
  expect(chain.feeMode).toBe('eip1559')
  expect(chain.gasKeeper.maxInFlight).toBe(16)
  expect(chain.nativeRemainder).toBe('tip')
  expect(chain.wsUrls).toEqual([])
})

test('budgets are completed: a day has four hours, and gas.maxPerSweep gives the defaults', () => {
  // 600,000 gas at 20 gwei
  const sweep = 12_000_000_000_000_000n
  const chain = readChain({
    native: { symbol: 'BNB', min: '0.002', budget: { perHour: '0.1' } },
    tokens: [
      { address: usdt, symbol: 'USDT', decimals: 18, min: '1', maxGas: 90_000 },
      {
        address: `0x${'7'.repeat(40)}`,
        symbol: 'SMALL',
        decimals: 18,
        min: '1',
        budget: { perDay: '0.05' },
      },
    ],
  })
  const milli = 10n ** 15n
  expect(chain.budget).toEqual({ perHourWei: 100n * sweep, perDayWei: 400n * sweep })
  expect(chain.native.budget).toEqual({ perHourWei: 100n * milli, perDayWei: 400n * milli })
  const [plain, small] = chain.tokens
  expect(plain).toMatchObject({
    maxGas: 90_000n,
    budget: { perHourWei: 25n * sweep, perDayWei: 100n * sweep },
  })
  expect(small?.budget).toEqual({ perHourWei: 50n * milli, perDayWei: 50n * milli })
  expect(chain.gas).toMatchObject({ maxFeeShare: 25n, maxGas: 100_000n })
})

test('a price is in native coin for one unit, and maxGasShare of the token counts before that of the chain', () => {
  const token = (more: object) => ({ address: usdt, symbol: 'T', decimals: 6, min: '1', ...more })
  const worthOf = (more: object, gas: object = {}) =>
    readChain({ gas: { maxFeeGwei: 20, maxPriorityFeeGwei: 2, ...gas }, tokens: [token(more)] })
      .tokens[0]?.worth
  const price = { fixed: '0.0004' }
  const priceWei = 400_000_000_000_000n
  expect(worthOf({})).toBeUndefined()
  expect(worthOf({ price })).toEqual({ priceWei, maxGasShare: 10n })
  expect(worthOf({ price }, { maxGasShare: 50 })).toEqual({ priceWei, maxGasShare: 50n })
  expect(worthOf({ price, maxGasShare: 3 }, { maxGasShare: 50 })).toEqual({
    priceWei,
    maxGasShare: 3n,
  })
})

test.each([
  [{ price: { fixed: '0' } }, 'price.fixed', /is 0; no sweep would be worth its gas/],
  [{ price: { fixed: '0.000' } }, 'price.fixed', /is 0/],
  [{ price: { fixed: 0.5 } }, 'price.fixed', /amounts are text/],
  [{ price: { fixed: '0.1234567890123456789' } }, 'price.fixed', /19 decimals/],
  [{ price: '0.5' }, 'price', /got text/],
  [{ price: {} }, 'price.fixed', /missing/],
  [{ price: { feed: 'x', fixed: '1' } }, 'price.feed', /unknown/],
  [{ maxGasShare: 5 }, 'maxGasShare', /no effect without a price/],
  [{ price: { fixed: '1' }, maxGasShare: 0 }, 'maxGasShare', /0/],
  [{ price: { fixed: '1' }, maxGasShare: 101 }, 'maxGasShare', /101/],
])('a price that cannot be meant is an error: %j', (more, path, problem) => {
  const token = { address: usdt, symbol: 'T', decimals: 18, min: '1', ...more }
  const { errors } = parseFile(aFile(aChain({ tokens: [token] })))
  expect(errors).toHaveLength(1)
  expect(errors[0]?.path).toBe(`chains[0].tokens[0].${path}`)
  expect(errors[0]?.problem).toMatch(problem)
  if ('price' in more && more.price === '0.5') expect(errors[0]?.fix).toBe('write a map with fixed')
})

test('the default budget of an asset is at most a quarter of the chain’s, and one payment fits', () => {
  const sweep = 12_000_000_000_000_000n
  const assetOf = (perHour: string) => readChain({ budget: { perHour } }).native.budget?.perHourWei
  expect(assetOf('0.4')).toBe(10n ** 17n)
  expect(assetOf('0.02')).toBe(sweep)
  expect(assetOf('0.001')).toBe(10n ** 15n)
})

test.each([
  ['gas', { maxFeeGwei: 10_001 }, 'chains[0].gas.maxFeeGwei', /above the bound of 10000/],
  ['gas', { maxFeeShare: 0 }, 'chains[0].gas.maxFeeShare', /0/],
  ['gas', { maxGas: 20_000 }, 'chains[0].gas.maxGas', /20000/],
  ['budget', { perHour: '0' }, 'chains[0].budget.perHour', /is 0; no sweep could be paid/],
  ['budget', { perHour: '2', perDay: '1' }, 'chains[0].budget.perHour', /more than perDay/],
  ['budget', { perDay: '0.1234567890123456789' }, 'chains[0].budget.perDay', /19 decimals/],
])('a cap that cannot be meant is an error: %s %j', (key, value, path, problem) => {
  const base = key === 'gas' ? { maxFeeGwei: 20, maxPriorityFeeGwei: 2 } : {}
  const { errors } = parseFile(aFile(aChain({ [key]: { ...base, ...value } })))
  expect(errors).toHaveLength(1)
  expect(errors[0]?.path).toBe(path)
  expect(errors[0]?.problem).toMatch(problem)
})

test('the default maxScanLag follows finality and is at least half a minute (MONEY 22)', () => {
  expect(readChain({ finality: { depth: 100 }, blockTimeMs: 1000 }).maxScanLag).toBe(100n)
  expect(readChain({ finality: { depth: 2 }, blockTimeMs: 1000 }).maxScanLag).toBe(30n)
  expect(readChain({ finality: { tag: 'finalized' }, blockTimeMs: 250 }).maxScanLag).toBe(120n)
  expect(readChain({ maxScanLag: 7 }).maxScanLag).toBe(7n)
})

test('timers accept fractions of seconds', () => {
  const { file } = parseFile(
    `${aFile()}timers: { gasWaitSeconds: 0.05 }\nwalletRefreshSeconds: 0.1\n`,
  )
  expect(file?.timers.gasWaitSeconds).toBe(0.05)
  expect(file?.walletRefreshSeconds).toBe(0.1)
})

test.each(['2592000', '1e308', '1e-7', '0', '-1', '.inf', '"5"'])(
  'a duration of %s is rejected, and the fix shows the allowed range',
  (text) => {
    const { errors } = parseFile(`${aFile()}walletRefreshSeconds: ${text}\n`)
    expect(errors).toMatchObject([
      {
        path: 'walletRefreshSeconds',
        fix: 'use seconds from 0.001 to 2000000, such as 5 or 0.5',
      },
    ])
  },
)

test.each([
  ['to an unknown anchor', 'x: *nobody\n'],
  [
    'that expands to a huge value',
    `a: &a [${'x,'.repeat(50)}x]\nb: &b [${'*a,'.repeat(50)}*a]\nc: &c [${'*b,'.repeat(50)}*b]\nd: [${'*c,'.repeat(50)}*c]\n`,
  ],
])('an alias %s is rejected', (_, text) => {
  expect(parseFile(`${aFile()}${text}`).errors).toMatchObject([
    { path: 'the file', fix: 'replace the alias (*name) with the value' },
  ])
})

test('the default gas cap of a sweep is calculated from the fee ceiling and the rounds (MONEY 2)', () => {
  expect(readChain().gas.maxPerSweepWei).toBe(3n * 200_000n * 20_000_000_000n)
  const gas = { maxFeeGwei: 20, maxPriorityFeeGwei: '0.05', maxPerSweep: '0.02' }
  expect(readChain({ gas }).gas.maxPerSweepWei).toBe(2n * 10n ** 16n)
  expect(readChain({ gas }).gas.maxPriorityFeeWei).toBe(50_000_000n)
})

test('URLs of nodes are hidden, because they carry API keys', () => {
  expect(JSON.stringify(parseFile(aFile()).file?.chains[0]?.rpcUrls)).toBe('["[secret]"]')
})

test('all errors are reported at once, each with its path and its line', () => {
  const { errors } = parseFile(
    aFile(
      aChain({ id: '56', rcp: ['https://x'], native: { symbol: 'BNB', min: 0.5 } }),
      aChain({ id: 777, name: 'bsc', coldWallet: keeper }),
    ),
  )
  expect(errors.map(({ path }) => path)).toEqual([
    'chains[0].id',
    'chains[0].native.min',
    'chains[0].rcp',
    'chains[1].finality',
    'chains[1].name',
    'chains[1].coldWallet',
    'chains[1].gasKeeper.address',
  ])
  expect(errors.every(({ line }) => line !== undefined && line > 0)).toBe(true)
  expect(errors[0]).toEqual({
    path: 'chains[0].id',
    problem: 'expected a number, got the text "56"',
    fix: 'remove the quotes: 56',
    line: 2,
  })
})

test('the error about a mistyped key suggests the nearest known key', () => {
  const [error] = errorsOf({ rcp: [] })
  expect(error).toMatchObject({ path: 'chains[0].rcp', fix: 'did you mean rpc?' })
  const nested = errorsOf({ gasKeeper: { address: keeper, alertBelow: '1', alertbelow: '1' } })
  expect(nested).toMatchObject([
    { path: 'chains[0].gasKeeper.alertbelow', fix: 'did you mean alertBelow?' },
  ])
})

test('the error about a key without a near match lists the known keys', () => {
  expect(errorsOf({ webhook: 'x' })[0]?.fix).toMatch(/^known keys: id, name, rpc, ws, rpcQuorum/)
})

test('invalid yaml is reported with its line', () => {
  const { errors } = parseFile('chains:\n  - id: 56\n   name: bsc\n')
  expect(errors[0]).toMatchObject({ path: 'the file', line: 3 })
})

test('an empty file and an empty list of chains are errors', () => {
  expect(parseFile('').errors).toMatchObject([{ path: 'the file', problem: 'missing' }])
  expect(parseFile('chains: []').errors).toMatchObject([
    { path: 'chains', problem: 'empty list', fix: 'write a list with at least one entry' },
  ])
})

test('a duplicate key is rejected', () => {
  const { errors } = parseFile(`${aFile()}walletRefreshSeconds: 1\nwalletRefreshSeconds: 2\n`)
  expect(errors[0]?.problem).toContain('unique')
})

test("the error about a node's URL does not repeat the URL", () => {
  const [error] = errorsOf({ rpc: ['htps://bsc.example/api-key'] })
  expect(error).toMatchObject({ path: 'chains[0].rpc[0]', problem: 'unsupported scheme htps:' })
  expect(JSON.stringify(error)).not.toContain('api-key')
})

test.each([
  ['startBlock', -1],
  ['startBlock', 'earliest'],
  ['blockTimeMs', 0],
  ['feeMode', 'eip-1559'],
  ['nativeRemainder', 'burn'],
  ['ws', ['https://bsc.example']],
  ['name', 'my chain'],
  ['tokens', { address: usdt }],
])('%s is rejected with the value %j', (key, value) => {
  expect(errorsOf({ [key]: value })[0]?.path).toMatch(new RegExp(`^chains\\[0\\]\\.${key}`))
})
