import { mnemonicToAccount } from 'viem/accounts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { registerChains } from '../../../../adapters/drizzle/chains/chain-registry.ts'
import { readStartFacts } from '../../../../adapters/drizzle/chains/start-facts.ts'
import { type Database, openDatabase } from '../../../../adapters/drizzle/database.ts'
import { toEip55 } from '../../../../adapters/viem/to-eip55.ts'
import { toAddress } from '../../../../domain/address.ts'
import type { Chain } from '../../../../domain/chains/chain.ts'
import { startErrors } from '../../../../domain/chains/start-errors.ts'
import { eventually } from '../../../harness/waiting/eventually.ts'
import { aDevChain } from '../../../harness/worlds/own-scanner.ts'
import { type ScanWorld, scanWorld } from '../../../harness/worlds/scan-world.ts'

describe('a keeper that replaces another keeper (MONEY 13)', () => {
  let world: ScanWorld
  let database: Database
  beforeAll(async () => {
    world = await scanWorld()
    database = openDatabase(world.databaseUrl, { applicationName: 'test-migrate', max: 2 })
  })
  afterAll(async () => {
    await database?.close()
    await world?.close()
  })
  const faults = async (chain: Chain) =>
    startErrors(
      [chain],
      { ...(await readStartFacts(database, [chain])), inUserwallet: new Set() },
      toEip55,
    )

  it('prevents the start until registerChains stores it, and its ETH is no deposit for a running scanner', async () => {
    const { coldWallet, keeper, devnet, anvil } = world
    const former = aDevChain({ id: anvil.chainId, coldWallet, keeper })
    const address = toAddress(mnemonicToAccount(anvil.mnemonic, { addressIndex: 6 }).address)
    const chain = { ...former, gasKeeper: { ...former.gasKeeper, address } }
    await registerChains(database.db, [former])
    const wallet = await world.wallet()
    world.scan({ chain: former })
    await world.mine(3)
    await world.caughtUp()
    expect(await faults(chain)).toEqual([expect.stringContaining('run "coldsweep migrate"')])
    expect(await faults(former)).toEqual([])

    await registerChains(database.db, [chain])
    expect(await faults(chain)).toEqual([])
    expect(await faults(former)).toEqual([
      expect.stringContaining(`gasKeeper is ${toEip55(keeper)}`),
    ])
    const hash = await devnet.request('eth_sendTransaction', [
      { from: address, to: wallet, value: '0x2540be400' },
    ])
    await world.receipt(hash)
    await world.mine(4)
    await world.caughtUp()
    expect(await world.deposits()).toEqual([])
    await eventually(
      () =>
        world.sql`select 1 from keepers where address = ${address} and opening_block is not null`,
      (opened) => opened.length === 1,
    )
  })
})
