import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Address } from '../../../domain/address.ts'
import { eventually } from '../../harness/waiting/eventually.ts'
import { type ScanWorld, scanWorld } from '../../harness/worlds/scan-world.ts'

/**
 * Tests MONEY 5: the scanner records each transaction of our addresses that coldsweep did not sign.
 */
let world: ScanWorld
let wallet: Address
beforeAll(async () => {
  world = await scanWorld()
  wallet = await world.wallet()
  await world.sql`insert into keepers (chain_id, address) values (${world.devnet.chainId}, ${world.keeper})`
  await world.devnet.setEther(wallet, 3)
  await world.mine(3)
  world.scan()
  await world.caughtUp()
})
afterAll(async () => await world?.close())

const rows = () => world.sql`select * from foreign_transactions order by block_number, nonce`

async function sentBy(from: Address, value: bigint): Promise<string> {
  const { devnet } = world
  await devnet.request('anvil_impersonateAccount', [from])
  const to = world.coldWallet
  const hash = await devnet.request('eth_sendTransaction', [
    { from, to, value: `0x${value.toString(16)}` },
  ])
  await world.receipt(hash)
  return hash as string
}

test('an external transaction of a wallet or a keeper is recorded once, with an event', async () => {
  const hashes = [await sentBy(wallet, 7n), await sentBy(world.keeper, 8n)]
  const noted = await eventually(rows, (found) => found.length === 2)
  expect(noted).toMatchObject([
    { sender: wallet, nonce: '0', hash: hashes[0], to: world.coldWallet, value_wei: '7', ok: true },
    { sender: world.keeper, nonce: '0', hash: hashes[1], value_wei: '8', ok: true },
  ])
  for (const row of noted) expect(BigInt(row['fee_wei'])).toBeGreaterThan(0n)
  expect((await world.events('transaction.foreign')).map(({ data }) => data['hash'])).toEqual(
    hashes,
  )
})

test('the books of a keeper open with the keeper’s balance at a final block', async () => {
  await world.mine(3)
  const [keeper] = await eventually(
    () => world.sql`select opening_wei, opening_block from keepers where opening_block is not null`,
    (found) => found.length === 1,
  )
  expect(BigInt(keeper?.['opening_block'])).toBeGreaterThan(0n)
  expect(BigInt(keeper?.['opening_wei'])).toBe(10_000n * 10n ** 18n)
})
