import { getAddress } from 'viem'
import { privateKeyToAddress } from 'viem/accounts'
import { expect, test } from 'vitest'
import { parseFile } from '../../../../config/file/parse-file.ts'
import { assetsOf, TOKENS } from '../../../../devstack/demo/script/assets.ts'
import { drawCast } from '../../../../devstack/demo/script/cast.ts'
import { ALL_DEPOSITS, UNLISTED_WALLET } from '../../../../devstack/demo/script/script.ts'
import { sentBy } from '../../../../devstack/demo/script/sent.ts'
import { centralRows } from '../../../../devstack/demo/stage/central-database.ts'
import { configText } from '../../../../devstack/demo/stage/config-text.ts'
import {
  shellExports,
  withoutProductNames,
} from '../../../../devstack/demo/stage/product-environment.ts'

const tokens = TOKENS.map((_, index) => getAddress(`0x${String(index + 1).repeat(40)}`))

test('two casts share no account', () => {
  const [one, other] = [drawCast(), drawCast()]
  const addresses = [one, other].flatMap(({ wallets, keeper, cold }) =>
    [...wallets, keeper, cold].map(({ address }) => address),
  )
  expect(new Set(addresses).size).toBe(addresses.length)
})

test('the central table mixes cases of addresses and forms of keys, and each wallet has its matching key', () => {
  const { wallets } = drawCast()
  const rows = centralRows(wallets)
  const forms = {
    mixed: rows.filter(({ address }) => getAddress(address) === address),
    lower: rows.filter(({ address }) => address === address.toLowerCase()),
    upper: rows.filter(({ address }) => /^0x[0-9A-F]+$/.test(address)),
    bareKey: rows.filter((row) => /^[0-9a-f]{64}$/.test(row.private_key)),
    prefixedKey: rows.filter((row) => /^0x[0-9a-f]{64}$/.test(row.private_key)),
  }
  for (const [form, found] of Object.entries(forms)) expect(found, form).not.toEqual([])
  expect(rows.length).toBeGreaterThan(wallets.length)
  for (const { address } of wallets) {
    const keys = rows
      .filter((row) => row.address.toLowerCase() === address.toLowerCase())
      .map((row) => privateKeyToAddress(`0x${row.private_key.replace(/^0x/, '')}`))
    expect(keys).toContain(address)
  }
})

test('the written configuration is valid and omits the unlisted token', () => {
  const { keeper, cold } = drawCast()
  const text = configText({
    chainId: 4711,
    rpcUrl: 'http://127.0.0.1:8545',
    wsUrl: 'ws://127.0.0.1:8545',
    coldWallet: cold.address,
    keeper: keeper.address,
    alertBelow: '0.05',
    tokens,
  })
  const { file, errors } = parseFile(text)
  expect(errors).toEqual([])
  expect(file?.chains[0]?.tokens.map(({ symbol }) => symbol)).toEqual(['PLAIN', 'SILENT', 'PAUSE'])
})

test('withoutProductNames removes coldsweep settings and secrets from the environment', () => {
  const env = {
    PATH: '/bin',
    DATABASE_URL: 'postgres://a',
    DATABASE_URL_FILE: '/run/secrets/a',
    GAS_KEEPER_PRIVATE_KEY_56: '0x1',
    COLDSWEEP_CONFIG: 'mine.yaml',
    LOG_LEVEL: 'trace',
  }
  expect(withoutProductNames(env)).toEqual({ PATH: '/bin' })
})

test('the file for a shell exports each variable', () => {
  const exports = shellExports({ REDIS_PREFIX: 'a:', GAS_KEEPER_PRIVATE_KEY: '0x1' } as never)
  expect(exports).toBe("export REDIS_PREFIX='a:'\nexport GAS_KEEPER_PRIVATE_KEY='0x1'\n")
})

test('the demo script contains every difficult kind of deposit', () => {
  const of = (to: string, asset: string) =>
    ALL_DEPOSITS.filter((it) => it.to === to && it.asset === asset)
  const twice = ALL_DEPOSITS.filter(({ to, asset }) => of(to, asset).length === 2)
  expect(new Set(twice.map(({ asset }) => asset)).size).toBeGreaterThan(1)
  expect(new Set(ALL_DEPOSITS.filter(({ to }) => to === 'frank').map((it) => it.asset)).size).toBe(
    3,
  )
  for (const end of ['done', 'ignored(dust)', 'no deposit'])
    expect(ALL_DEPOSITS.some((it) => it.end === end)).toBe(true)
  expect(ALL_DEPOSITS.some(({ fails }) => fails)).toBe(true)
  expect(ALL_DEPOSITS.some(({ to, end }) => to === UNLISTED_WALLET && end === 'done')).toBe(true)
})

test('deposits that fail or move nothing are not expected on the chain', () => {
  const sent = sentBy(ALL_DEPOSITS, drawCast(), assetsOf(tokens))
  expect(sent).toHaveLength(ALL_DEPOSITS.length - 2)
  expect(sent.filter(({ swept }) => !swept).map(({ asset }) => asset)).toEqual(['PLAIN', 'STRAY'])
  expect(sent.find(({ asset }) => asset === 'SILENT')?.amount).toBe(1_200_500_000n)
})
