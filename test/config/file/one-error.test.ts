import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { parseFile } from '../../../config/file/parse-file.ts'
import { aChain, coldWallet, keeper, usdt } from '../../harness/factories/a-config.ts'

/** A file that sets every key, so that each key can be mistyped. */
const aFullFile = (change: Record<string, unknown> = {}) => ({
  chains: [
    aChain({
      rpc: ['https://a.example/1', 'https://b.example/2'],
      ws: ['wss://a.example/3'],
      rpcQuorum: 2,
      startBlock: 'latest',
      finality: { tag: 'finalized', depth: 15 },
      maxScanLag: 64,
      feeMode: 'eip1559',
      rollup: 'none',
      gasKeeper: { address: keeper, alertBelow: '0.5', maxInFlight: 3 },
      gas: { maxFeeGwei: 500, maxPriorityFeeGwei: 2, maxPerSweep: '0.5', bumpAfterBlocks: 3 },
      native: { symbol: 'BNB', min: '0.002', approveAbove: '5.5' },
      tokens: [
        {
          address: usdt,
          symbol: 'USDT',
          decimals: 18,
          min: '1.5',
          approveAbove: '7',
          tolerance: 2,
        },
      ],
      internalTransfers: 'balance',
      nativeRemainder: 'tip',
      ...change,
    }),
  ],
  walletRefreshSeconds: 5,
  lateWalletBlocks: 5_000,
  timers: { gasWaitSeconds: 60 },
  limits: { gasRounds: 3 },
})

type Path = readonly (string | number)[]

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  const inner = Object.entries(value).flatMap(([key, one]) =>
    pathsOf(one, [...path, Array.isArray(value) ? Number(key) : key]),
  )
  return path.length === 0 ? inner : [path, ...inner]
}

/** The full file after `change` of the map or list that holds the value at the path. */
function changed(path: Path, change: (holder: Record<string, unknown>, key: string) => void) {
  const file = structuredClone(aFullFile())
  const holder = path
    .slice(0, -1)
    .reduce<Record<string, unknown>>((at, key) => at[key] as never, file as never)
  change(holder, String(path.at(-1)))
  return parseFile(stringify(file)).errors
}

const shown = (errors: readonly { path: string; problem: string }[]) =>
  errors.map(({ path, problem }) => `${path}: ${problem}`)

test('the full file has no error', () => {
  expect(parseFile(stringify(aFullFile())).errors).toEqual([])
})

const mistakes = ['5OO', 'abc', '-1', -1, 1.5, 0, null, true, [], '', 'x'.repeat(50), 1e30, '3']

test.each(pathsOf(aFullFile()).map((path) => [path.join('.'), path] as const))(
  'a wrong value of %s is one error, whatever depends on the value',
  (_name, path) => {
    for (const mistake of mistakes) {
      const errors = changed(path, (holder, key) => {
        holder[key] = mistake
      })
      expect(shown(errors).length, shown(errors).join('\n')).toBeLessThan(2)
    }
  },
)

test.each(['5OO', 'abc', '-1', -1])(
  'maxFeeGwei: %s is one error, without a word of the tip',
  (fee) => {
    const gas = { maxFeeGwei: fee, maxPriorityFeeGwei: 2 }
    const { errors } = parseFile(stringify(aFullFile({ gas })))
    expect(errors).toMatchObject([{ path: 'chains[0].gas.maxFeeGwei' }])
  },
)

const named = pathsOf(aFullFile()).filter((path) => typeof path.at(-1) === 'string')

test.each(named.map((path) => [path.join('.'), path] as const))(
  'a mistyped key %s is one error, which names the key',
  (_name, path) => {
    const typo = `${String(path.at(-1))}x`
    const errors = changed(path, (holder, key) => {
      holder[typo] = holder[key]
      delete holder[key]
    })
    expect(shown(errors)).toHaveLength(1)
    expect(errors[0]).toMatchObject({
      path: expect.stringMatching(new RegExp(`${typo}$`)),
      fix: `did you mean ${String(path.at(-1))}?`,
    })
  },
)

test('two mistakes are two errors', () => {
  const gas = { maxFeeGwei: 'abc', maxPriorityFeeGwei: '-1' }
  const { errors } = parseFile(stringify(aFullFile({ gas, rpcQuorum: 3 })))
  expect(errors.map(({ path }) => path)).toEqual([
    'chains[0].gas.maxFeeGwei',
    'chains[0].gas.maxPriorityFeeGwei',
    'chains[0].rpcQuorum',
  ])
})

test('an address with a wrong checksum still counts as a duplicate', () => {
  const { errors } = parseFile(
    stringify(aFullFile({ gasKeeper: { address: coldWallet.toLowerCase(), alertBelow: '1' } })),
  )
  expect(errors).toHaveLength(2)
  expect(errors[1]?.problem).toMatch(/^duplicate address/)
})
