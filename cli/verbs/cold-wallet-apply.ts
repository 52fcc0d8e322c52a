import { applyColdWallet, pendingColdWallet } from '../../adapters/drizzle/chains/cold-wallets.ts'
import { toEip55 } from '../../adapters/viem/to-eip55.ts'
import { loadConfig } from '../../config/load-config.ts'
import type { Address } from '../../domain/address.ts'
import type { SignedOrder } from '../../domain/operators/deposit-orders.ts'
import { coldWalletFault } from '../orders/cold-wallet-faults.ts'
import { refused } from '../session/cli-error.ts'
import type { Outcome, Session } from '../session/outcome.ts'
import { withDatabase } from '../session/with-database.ts'
import { toColdWalletJson } from '../views/cold-wallet-json.ts'

/**
 * Applies a proposed cold wallet. Processes with the old cold wallet sign nothing from then on, and
 * none starts with it.
 */
export async function coldWalletApply(
  args: SignedOrder & { readonly chain: number },
  session: Session,
): Promise<Outcome> {
  const { chain: chainId, operator, reason } = args
  const config = loadConfig({ need: ['database', 'central'], env: session.env })
  const answer = await withDatabase(config.database, async (db) => {
    const pending = await pendingColdWallet(db, chainId)
    // Since the proposal, perhaps a day ago, the exchange may have given the address to a
    // user.
    const fault = pending && (await coldWalletFault(config, pending.to as Address))
    if (pending && fault) {
      const address = toEip55(pending.to as Address)
      throw refused(`${address} cannot be the cold wallet: ${fault}`, 'cancel it: see "coldsweep cold-wallet cancel"')
    }
    const delayHours = config.coldWalletDelayHours
    return await applyColdWallet(db, { chainId, delayHours }, { operator, reason })
  })
  if (answer.kind === 'refused') {
    throw refused(`chain ${chainId}: ${answer.why}`, 'see "coldsweep cold-wallet list"')
  }
  const change = toColdWalletJson(answer.change)
  return {
    data: { ...change, changed: answer.kind === 'done' },
    text: () =>
      `chain ${chainId}: the cold wallet is ${change.to}; put it into coldsweep.yaml and restart scanner and worker`,
  }
}
