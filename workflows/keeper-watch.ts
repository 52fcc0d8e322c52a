import type { KeeperView } from './contract.ts'
import { scheduledActivities } from './options.ts'

/** One look at a chain's keeper, started by its schedule. */
export async function keeperWatch(chainId: number): Promise<KeeperView> {
  return await scheduledActivities().watchKeeper(chainId)
}
