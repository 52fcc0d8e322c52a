import { proposeColdWallet } from '../../adapters/drizzle/chains/cold-wallets.ts'
import { toEip55 } from '../../adapters/viem/to-eip55.ts'
import { loadConfig } from '../../config/load-config.ts'
import type { Address } from '../../domain/address.ts'
import type { SignedOrder } from '../../domain/operators/deposit-orders.ts'
import { coldWalletFault, coldWalletWarning } from '../orders/cold-wallet-faults.ts'
import { refused } from '../session/cli-error.ts'
import type { Outcome, Session } from '../session/outcome.ts'
import { pickChains } from '../session/pick-chains.ts'
import { withDatabase } from '../session/with-database.ts'
import { toColdWalletJson } from '../views/cold-wallet-json.ts'

interface ProposeArguments extends SignedOrder {
  readonly chain: number
  readonly to: Address
}

/**
 * Proposes a cold wallet. Nothing changes until its delay is over and another operator applies it
 * (MONEY 18).
 */
export async function coldWalletPropose(
  args: ProposeArguments,
  session: Session,
): Promise<Outcome> {
  const { chain: chainId, to, operator, reason } = args
  const config = loadConfig({ need: ['database', 'central'], env: session.env })
  const [chain] = pickChains(config.chains, chainId)
  const fault = await coldWalletFault(config, to)
  if (fault)
    throw refused(`${toEip55(to)} cannot be the cold wallet: ${fault}`, 'give another address')
  const warning = chain && (await coldWalletWarning(chain, to))
  if (warning) session.note(`warning: ${warning}`)
  const ask = { chainId, to, delayHours: config.coldWalletDelayHours }
  const answer = await withDatabase(config.database, (db) =>
    proposeColdWallet(db, ask, { operator, reason }),
  )
  if (answer.kind === 'refused') {
    throw refused(`${toEip55(to)}: ${answer.why}`, 'see "coldsweep cold-wallet list"')
  }
  const change = toColdWalletJson(answer.change)
  return {
    data: { ...change, changed: answer.kind === 'done', warning: warning ?? null },
    text: () =>
      `chain ${chainId}: ${change.to} is ${answer.kind === 'done' ? 'proposed' : 'proposed already'}; another operator can apply it from ${change.effectiveAt} on`,
  }
}
