import type { ReconcileView } from './contract.ts'
import { reconcileActivity } from './options.ts'

/** One reconciliation of a chain's books, started by its schedule. */
export async function reconcile(chainId: number): Promise<ReconcileView> {
  return await reconcileActivity().reconcile(chainId)
}
