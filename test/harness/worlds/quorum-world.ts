import type { Address } from '../../../domain/address.ts'
import { type Devnet, openDevnet, type Token } from '../devnet/devnet.ts'
import { type OwnAnvil, ownAnvil } from '../devnet/own-anvil.ts'
import { anAccount } from '../factories/an-account.ts'
import { type ThreeProxies, threeProxies } from '../proxies/three-proxies.ts'

/** A devnet behind three endpoints that a test can make lie, and a wallet with ETH and tokens. */
export interface QuorumWorld {
  readonly anvil: OwnAnvil
  readonly devnet: Devnet
  readonly three: ThreeProxies
  readonly usdt: Token
  readonly wallet: Address
  mine(blocks: number): Promise<unknown>
  close(): Promise<void>
}

export async function quorumWorld(): Promise<QuorumWorld> {
  const anvil = await ownAnvil()
  const devnet = openDevnet(anvil)
  const three = await threeProxies(anvil.url)
  const usdt = await devnet.deployToken('plain-token', 'USDT', 6)
  const wallet = anAccount().address
  const mine = (blocks: number) => devnet.request('anvil_mine', [`0x${blocks.toString(16)}`])
  await devnet.pay(wallet, '1')
  await devnet.payToken(usdt, wallet, 5n)
  await mine(5)
  return {
    anvil,
    devnet,
    three,
    usdt,
    wallet,
    mine,
    async close() {
      await three.close()
      await anvil.stop()
    },
  }
}
