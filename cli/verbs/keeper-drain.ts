import { orderDrain } from '../../adapters/drizzle/lanes/order-drain.ts'
import { withdrawDrain } from '../../adapters/drizzle/lanes/withdraw-drain.ts'
import { toEip55 } from '../../adapters/viem/to-eip55.ts'
import { loadConfig } from '../../config/load-config.ts'
import type { Address } from '../../domain/address.ts'
import type { DrainDestination } from '../../domain/lanes/transaction.ts'
import type { SignedOrder } from '../../domain/operators/deposit-orders.ts'
import { chainStateOf } from '../session/chain-state-of.ts'
import { refused, usageError } from '../session/cli-error.ts'
import type { Outcome, Session } from '../session/outcome.ts'
import { pickChains } from '../session/pick-chains.ts'
import { withDatabase } from '../session/with-database.ts'

/**
 * Orders the drain of a retired keeper: the worker, which has the key, sends the rest to the
 * registered current keeper or cold wallet, and nowhere else (MONEY 18). A repeat changes nothing.
 */
export async function keeperDrain(
  args: SignedOrder & {
    /** Required: a drain is an order for one chain. */
    readonly chain?: number
    readonly keeper?: Address
    readonly to: DrainDestination
  },
  session: Session,
): Promise<Outcome> {
  const { to, operator, reason } = args
  const chainId = neededChain(args.chain)
  const config = loadConfig({ need: ['database'], env: session.env })
  const [chain] = pickChains(config.chains, chainId)
  const balanceOf = async (keeper: Address) => {
    if (!chain) return undefined
    const state = chainStateOf(chain)
    // The order does not need the balance, so a node that is down does not stop it.
    return await state
      .head()
      .then(({ hash }) => state.nativeBalance(keeper, hash))
      .catch(() => undefined)
  }
  const request = { chainId, keeper: args.keeper, to, balanceOf }
  const answer = await withDatabase(config.database, (db) =>
    orderDrain(db, request, { operator, reason }),
  )
  if (answer.kind === 'refused') throw refused(answer.why, answer.hint)
  const [keeper, receiver] = [toEip55(answer.keeper), toEip55(answer.receiver)]
  const changed = answer.kind === 'done'
  const repeated = answer.ended
    ? `${keeper} is drained already, and nothing has arrived since; nothing was changed`
    : `${keeper} is being drained already; nothing was changed`
  return {
    data: { chainId, id: answer.id, keeper, to, receiver, changed, operator, reason },
    text: () =>
      changed
        ? `chain ${chainId}: the worker sends the rest of ${keeper} to the ${to} ${receiver}; see "coldsweep keeper"`
        : `chain ${chainId}: ${repeated}`,
  }
}

/** Withdraws the open order to drain a keeper. Refused once the drain is signed. */
export async function keeperWithdrawDrain(
  args: SignedOrder & { readonly chain?: number; readonly keeper: Address },
  session: Session,
): Promise<Outcome> {
  const { keeper, operator, reason } = args
  const chainId = neededChain(args.chain)
  const config = loadConfig({ need: ['database'], env: session.env })
  pickChains(config.chains, chainId)
  const answer = await withDatabase(config.database, (db) =>
    withdrawDrain(db, { chainId, keeper }, { operator, reason }),
  )
  if (answer.kind === 'refused') throw refused(answer.why, answer.hint)
  const changed = answer.kind === 'done'
  const words = changed
    ? `the order to drain ${toEip55(keeper)} is withdrawn; nothing was signed for it`
    : `the order to drain ${toEip55(keeper)} is withdrawn already; nothing was changed`
  return {
    data: { chainId, id: answer.id, keeper: toEip55(keeper), changed, operator, reason },
    text: () => `chain ${chainId}: ${words}`,
  }
}

/** An order for a keeper is for one chain. */
function neededChain(chain: number | undefined): number {
  if (chain !== undefined) return chain
  throw usageError('the option --chain is missing', 'name the chain: --chain <id|name>')
}
