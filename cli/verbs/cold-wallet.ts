import { inspectCentral } from '../../adapters/central/inspect-central.ts'
import {
  applyColdWallet,
  type ColdWalletChange,
  cancelColdWallet,
  listColdWalletChanges,
  pendingColdWallet,
  proposeColdWallet,
} from '../../adapters/drizzle/chains/cold-wallets.ts'
import { toEip55 } from '../../adapters/viem/to-eip55.ts'
import { loadConfig } from '../../config/load-config.ts'
import type { ChainConfig, Config } from '../../config/schema/config.ts'
import type { Address } from '../../domain/address.ts'
import { ownAddresses } from '../../domain/chains/start-errors.ts'
import { CentralDatabaseRefused, CentralDatabaseUnreachable } from '../../domain/errors.ts'
import type { SignedOrder } from '../../domain/operators/deposit-orders.ts'
import { formatTable } from '../render/table.ts'
import { chainStateOf } from '../session/chain-state-of.ts'
import { refused } from '../session/cli-error.ts'
import { explainError } from '../session/explain-error.ts'
import type { Outcome, Session } from '../session/outcome.ts'
import { pickChains } from '../session/pick-chains.ts'
import { withDatabase } from '../session/with-database.ts'

interface ProposeArguments extends SignedOrder {
  readonly chain: number
  readonly to: Address
}

/**
 * Proposes a cold wallet. Nothing changes until the proposal's delay is over and another operator
 * applies the proposal (MONEY 18).
 */
export async function coldWalletPropose(
  args: ProposeArguments,
  session: Session,
): Promise<Outcome> {
  const { chain: chainId, to, operator, reason } = args
  const config = loadConfig({ need: ['database', 'central'], env: session.env })
  const [chain] = pickChains(config.chains, chainId)
  const error = await coldWalletError(config, to)
  if (error)
    throw refused(`${toEip55(to)} cannot be the cold wallet: ${error}`, 'give another address')
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

/**
 * Applies a proposed cold wallet. Afterwards, running processes with the old cold wallet sign
 * nothing, and no process starts with it.
 */
export async function coldWalletApply(
  args: SignedOrder & { readonly chain: number },
  session: Session,
): Promise<Outcome> {
  const { chain: chainId, operator, reason } = args
  const config = loadConfig({ need: ['database', 'central'], env: session.env })
  const answer = await withDatabase(config.database, async (db) => {
    const pending = await pendingColdWallet(db, chainId)
    // The address is checked again. The proposal may be a day old, and the exchange may have given
    // the address to a user since then.
    const error = pending && (await coldWalletError(config, pending.to as Address))
    if (pending && error) {
      const address = toEip55(pending.to as Address)
      throw refused(
        `${address} cannot be the cold wallet: ${error}`,
        'cancel it: see "coldsweep cold-wallet cancel"',
      )
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

/** Withdraws a proposed cold wallet before it is applied. */
export async function coldWalletCancel(
  { chain, operator, reason }: SignedOrder & { readonly chain: number },
  session: Session,
): Promise<Outcome> {
  const config = loadConfig({ need: ['database'], env: session.env })
  const answer = await withDatabase(config.database, (db) =>
    cancelColdWallet(db, chain, { operator, reason }),
  )
  if (answer.kind === 'refused') {
    throw refused(`chain ${chain}: ${answer.why}`, 'see "coldsweep cold-wallet list"')
  }
  const change = toColdWalletJson(answer.change)
  return { data: change, text: () => `chain ${chain}: the proposal of ${change.to} is withdrawn` }
}

/**
 * Lists changes of cold wallets, newest first. A pending change is listed with the earliest time at
 * which it can be applied.
 */
export async function coldWalletList(
  { chain }: { readonly chain?: number },
  session: Session,
): Promise<Outcome> {
  const config = loadConfig({ need: ['database'], env: session.env })
  const rows = await withDatabase(config.database, (db) => listColdWalletChanges(db, chain))
  // Changes of a chain that was removed from coldsweep.yaml are shown. A chain that is neither in
  // the yaml nor in the database is an error.
  if (rows.length === 0) pickChains(config.chains, chain)
  const changes = rows.map(toColdWalletJson)
  return {
    data: changes,
    text: (paint) =>
      changes.length === 0
        ? 'no cold wallet changes'
        : formatTable(
            ['chain', 'state', 'to', 'from', 'may be applied', 'proposed by', 'reason'],
            changes.map((it) => [
              String(it.chainId),
              { text: it.state, colour: it.state === 'pending' ? 'yellow' : 'grey' },
              it.to,
              it.from,
              it.effectiveAt,
              it.operator,
              it.reason,
            ]),
            paint,
          ),
  }
}

/**
 * Returns the reason why an address must not become a cold wallet, according to `userwallet` and
 * coldsweep.yaml; undefined if it may (MONEY 18). Throws if the central database cannot be read.
 */
async function coldWalletError(
  config: Config<'central'>,
  address: Address,
): Promise<string | undefined> {
  const own = ownAddresses(config.chains).find(
    (it) => it.address === address && !it.what.startsWith('cold wallet'),
  )
  if (own) return `it is the ${own.what}`
  const report = await inspectCentral(config.central.url.reveal(), [address])
  if (report.unreachable !== undefined) throw new CentralDatabaseUnreachable(report.unreachable)
  if (report.tableMissing) throw new CentralDatabaseRefused('no table userwallet')
  return report.hits.has(address) ? 'it is a user wallet: userwallet has it' : undefined
}

/** Returns a warning if the address is a contract, or if no node answers. */
async function coldWalletWarning(
  chain: ChainConfig,
  address: Address,
): Promise<string | undefined> {
  try {
    const state = chainStateOf(chain)
    const { hash } = await state.head()
    const code = await state.code(address, hash)
    if (code === '0x') return undefined
    return `it is a contract on ${chain.name}: make sure that you control it on this chain`
  } catch (error) {
    return `could not check whether it is a contract: ${explainError(error).message}`
  }
}

function toColdWalletJson(change: ColdWalletChange) {
  const { appliedAt, cancelledAt } = change
  return {
    chainId: change.chainId,
    from: toEip55(change.from as Address),
    to: toEip55(change.to as Address),
    state: appliedAt ? 'applied' : cancelledAt ? 'cancelled' : 'pending',
    operator: change.operator,
    reason: change.reason,
    askedAt: change.askedAt.toISOString(),
    effectiveAt: change.effectiveAt.toISOString(),
    appliedAt: appliedAt?.toISOString() ?? null,
    cancelledAt: cancelledAt?.toISOString() ?? null,
  }
}
