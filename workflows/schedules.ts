import type { KeeperView, ReconcileView } from './contract.ts'
import { reconcileActivity, scheduledActivities } from './options.ts'

/** One round of adoption, started by its schedule. Returns the number of deposits adopted. */
export async function adopt(): Promise<number> {
  return await scheduledActivities().adoptDeposits()
}

/** One check of a chain's keeper, started by its schedule. */
export async function keeperWatch(chainId: number): Promise<KeeperView> {
  return await scheduledActivities().watchKeeper(chainId)
}

/** One reconciliation of a chain's books, started by its schedule. */
export async function reconcile(chainId: number): Promise<ReconcileView> {
  return await reconcileActivity().reconcile(chainId)
}
