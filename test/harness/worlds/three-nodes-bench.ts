import { afterEach, beforeEach } from 'vitest'
import { type ThreeProxies, threeProxies } from '../proxies/three-proxies.ts'
import { type ScanWorld, scanWorld } from './scan-world.ts'

export interface ThreeNodesBench {
  readonly world: ScanWorld
  readonly three: ThreeProxies
}

/** A devnet behind three nodes of which each can lie or fail, new for each test. */
export function threeNodesBench(begin: (bench: ThreeNodesBench) => void): void {
  let world: ScanWorld | undefined
  let three: ThreeProxies | undefined
  beforeEach(async () => {
    world = await scanWorld()
    three = await threeProxies(world.anvil.url)
    begin({ world, three })
  })
  afterEach(async () => {
    await world?.close()
    await three?.close()
  })
}
