import { readFileSync } from 'node:fs'
import type { Hex } from 'viem'
import { eventually } from '../../harness/waiting/eventually.ts'
import { logSince } from '../frame/observe.ts'
import type { Oddity } from '../frame/oddity.ts'
import type { Scene } from '../frame/scene.ts'
import type { TokenSpec } from '../frame/world-spec.ts'

/** Contract code whose `balanceOf(holder)` returns the holder's native balance, as CELO does. */
const mirror = '0x6004353160005260206000f3'
const coin: TokenSpec = { contract: 'plain-token', symbol: 'COIN' }
const honest = new WeakMap<Scene, Hex>()

/** Waits until scanner and worker run, because no process starts on the odd node. */
const hasStarted = async ({ world }: Scene) => {
  const isUp = (text: string) => /scanning chain/.test(text) && /temporal worker started/.test(text)
  await eventually(async () => logSince(world, [0, 0]), isUp)
}

const becomesCoin = async (scene: Scene) => {
  await hasStarted(scene)
  const { devnet } = scene.world.d
  const { address } = scene.world.tokenOf(coin)
  honest.set(scene, (await devnet.request('eth_getCode', [address, 'latest'])) as Hex)
  await devnet.request('anvil_setCode', [address, mirror])
  // A recent block then has a sender with a balance that is not round, which proves the equality.
  await devnet.payWei(scene.world.d.keeper, 1_234_567n)
}

/** @throws if a second scanner starts on the odd node */
const startsNoScanner = async ({ world }: Scene) => {
  const second = world.d.start('scanner')
  await eventually(
    async () => second.exitCode,
    (code) => code !== undefined && code !== 0,
  )
  const log = readFileSync(second.logFile, 'utf8')
  if (!/token COIN, 0x\w+, is the native coin as an ERC-20/.test(log)) throw new Error(log)
}

const isTokenAgain = async (scene: Scene) => {
  const { address } = scene.world.tokenOf(coin)
  await scene.world.d.devnet.request('anvil_setCode', [address, honest.get(scene)])
}

/**
 * Rows about a listed token that is the native coin, by which one payment would be two deposits.
 */
export const coinTokens: readonly Oddity[] = [
  {
    name: 'a listed token is the native coin as an ERC-20',
    source: 'zkSync 0x…800A, CELO, POL 0x…1010',
    asset: coin,
    pay: becomesCoin,
    bystander: 'after',
    expect: {
      configCheck:
        /^fault token-is-coin chains\[0\]\.tokens\[\d+\]\.address: COIN, 0x\w+, is the native coin/,
      async release(scene) {
        await startsNoScanner(scene)
        await isTokenAgain(scene)
      },
    },
  },
]
