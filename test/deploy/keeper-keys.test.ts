import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createWalletClient, type Hex, http, parseEther, parseGwei } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDevnet } from '../harness/devnet/devnet.ts'
import { type OwnAnvil, ownAnvil } from '../harness/devnet/own-anvil.ts'
import { root } from '../house/run-tool.ts'

const folder = mkdtempSync(join(tmpdir(), 'coldsweep-keys-'))
const file = join(folder, 'gas-keeper-key')
const scriptIn = async (name: string, ...argv: string[]) =>
  (await promisify(execFile)('node', [join(root, 'deploy/keys', name), ...argv])).stdout.trim()

let anvil: OwnAnvil
beforeAll(async () => {
  anvil = await ownAnvil({ blockTimeSeconds: 600 })
})
afterAll(async () => {
  await anvil?.stop()
  rmSync(folder, { recursive: true, force: true })
})

test('a new key is readable by its owner alone, and an existing file is not replaced', async () => {
  const address = await scriptIn('new-key.mjs', file)
  const key = readFileSync(file, 'utf8')
  expect(privateKeyToAccount(key.trim() as Hex).address).toBe(address)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  await expect(scriptIn('new-key.mjs', file)).rejects.toThrow('exists')
  expect(readFileSync(file, 'utf8')).toBe(key)
})

test('the whole balance of a leaked key replaces the thief’s pending transaction', async () => {
  const devnet = openDevnet(anvil)
  const account = privateKeyToAccount(readFileSync(file, 'utf8').trim() as Hex)
  await devnet.setEther(account.address, 3)
  const thief = createWalletClient({ account, transport: http(anvil.url) })
  await thief.sendTransaction({
    chain: null,
    to: privateKeyToAccount(generatePrivateKey()).address,
    value: parseEther('2'),
    maxFeePerGas: parseGwei('3'),
    maxPriorityFeePerGas: parseGwei('1'),
  })
  const safe = privateKeyToAccount(generatePrivateKey()).address
  await scriptIn('rescue-keeper.mjs', file, anvil.url, safe)
  await devnet.request('evm_mine')
  expect(await devnet.etherOf(account.address)).toBe(0n)
  expect(await devnet.etherOf(safe)).toBeGreaterThan(parseEther('2.99'))
})

test('a receiver whose checksum does not match is refused, because it may be mistyped', async () => {
  const mistyped = '0x52908400098527886E0F7030069857D2E4169eE7'
  const sent = scriptIn('rescue-keeper.mjs', file, anvil.url, mistyped)
  await expect(sent).rejects.toThrow('checksum mismatch')
})
