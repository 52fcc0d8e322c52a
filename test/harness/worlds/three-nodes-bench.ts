import { afterEach, beforeEach } from 'vitest'
import { type ThreeProxies, threeProxies } from '../proxies/three-proxies.ts'
import { type ScanWorld, scanWorld } from './scan-world.ts'

export interface ThreeNodesBench {
  readonly world: ScanWorld
  readonly three: ThreeProxies
}

/** Starts a new devnet for each test, behind three endpoints that a test can make lie or fail. */
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
