import type { Database } from '../../adapters/drizzle/database.ts'
import {
  answerUnread,
  chainsOfUnread,
  listUnread,
  retryUnread,
  type UnreadRange,
  type UnreadRow,
  type UnreadSubject,
} from '../../adapters/drizzle/scan/unread.ts'
import { toEip55 } from '../../adapters/viem/to-eip55.ts'
import { loadConfig } from '../../config/load-config.ts'
import { type Address, isHash, toHash } from '../../domain/address.ts'
import { printable } from '../../domain/printable.ts'
import { formatAge, formatTable } from '../render/table.ts'
import { notFound, usageError } from '../session/cli-error.ts'
import type { Outcome, Session } from '../session/outcome.ts'
import type { Paint } from '../session/paint.ts'
import { pickChains } from '../session/pick-chains.ts'
import { withDatabase } from '../session/with-database.ts'

interface UnreadOfChain {
  readonly chain: string
  readonly chainId: number
  readonly transactions: readonly ReturnType<typeof unreadRowJson>[]
  readonly blocks: ReturnType<typeof unreadRangeJson> | null
}

/** Lists transactions that the scanner could not read, oldest block first. */
export async function unreadList(
  args: { readonly chain?: number; readonly limit: number },
  session: Session,
): Promise<Outcome> {
  const config = loadConfig({ need: ['database'], env: session.env })
  const data: UnreadOfChain[] = []
  await withDatabase(config.database, async (db) => {
    for (const { id, name } of pickChains(config.chains, args.chain)) {
      const { rows, range } = await listUnread(db, id, args.limit)
      const blocks = range ? unreadRangeJson(range) : null
      data.push({ chain: name, chainId: id, transactions: rows.map(unreadRowJson), blocks })
    }
  })
  return { data, text: (paint) => data.map((one) => describe(one, paint)).join('\n\n') }
}

function describe({ chain, transactions, blocks }: UnreadOfChain, paint: Paint): string {
  if (transactions.length === 0 && !blocks) return `${chain}: no unread transactions`
  const rows = transactions.map((it) => [
    it.txHash,
    String(it.blockNumber),
    it.sender ?? 'unknown',
    formatAge(new Date(it.firstSeenAt), new Date()),
    String(it.tries),
    it.why,
  ])
  const table = formatTable(
    [`${chain}: transaction`, 'block', 'sender', 'unread for', 'tries', 'why'],
    rows,
    paint,
  )
  const above =
    blocks &&
    `${chain}: blocks ${blocks.from} to ${blocks.to} hold ${blocks.transactions} more, which the scanner reads again block by block: ${blocks.why}`
  return [rows.length > 0 ? table : '', above ?? ''].filter((part) => part !== '').join('\n')
}

/** Makes the running scanner read an unread transaction again at once. */
export async function unreadRetry(args: UnreadOrder, session: Session): Promise<Outcome> {
  const { database } = loadConfig({ need: ['database'], env: session.env })
  const { subject } = args
  return await withDatabase(database, async (db) => {
    const found = await unreadSubject(db, args)
    if (!(await retryUnread(db, found, args))) throw noSuchUnread(subject)
    return {
      data: { subject, chainId: found.chainId, due: true },
      text: () =>
        `the scanner reads ${subject} again within seconds; see "coldsweep unread list --chain ${found.chainId}"`,
    }
  })
}

/**
 * Settles a transaction that no node serves: it is no longer retried, closes no lane and credits
 * nothing.
 */
export async function unreadAnswer(args: UnreadOrder, session: Session): Promise<Outcome> {
  const { database } = loadConfig({ need: ['database'], env: session.env })
  const { subject } = args
  return await withDatabase(database, async (db) => {
    const found = await unreadSubject(db, args)
    const answered = await answerUnread(db, found, args)
    if (!answered) throw noSuchUnread(subject)
    const opened = answered.opened.map(toEip55)
    const lanes = opened.length > 0 ? `; lane opened: ${opened.join(', ')}` : ''
    return {
      data: { subject, chainId: found.chainId, answered: true, lanesOpened: opened },
      text: () =>
        `${subject} is answered and credits nothing${lanes}; "coldsweep rescan" of its block still finds its deposits`,
    }
  })
}

interface UnreadOrder {
  /** A transaction hash, or `blocks`. */
  readonly subject: string
  readonly chain?: number
  readonly operator: string
  readonly reason: string
}

const hint = 'see "coldsweep unread list"'

const noSuchUnread = (subject: string) =>
  notFound(
    `${subject} is not unread: it was read, answered, removed by a reorg, or never unread`,
    hint,
  )

/**
 * Resolves the operator's subject: an unread transaction on the only chain that has it, or the
 * unread block range of a chain.
 */
async function unreadSubject(
  db: Database['db'],
  { subject, chain }: UnreadOrder,
): Promise<UnreadSubject> {
  if (subject === 'blocks') {
    if (chain === undefined) throw usageError('"blocks" needs --chain', hint)
    return { kind: 'blocks', chainId: chain }
  }
  if (!isHash(subject)) {
    throw usageError(`expected a transaction hash or "blocks", got "${subject}"`, hint)
  }
  const hash = toHash(subject)
  const chains = chain === undefined ? await chainsOfUnread(db, hash) : [chain]
  const [chainId, another] = chains
  if (chainId === undefined) throw noSuchUnread(subject)
  if (another !== undefined) {
    throw usageError(`${subject} is unread on chains ${chains.join(' and ')}`, 'add --chain')
  }
  return { kind: 'transaction', chainId, hash }
}

function unreadRowJson(row: UnreadRow) {
  return {
    txHash: row.txHash,
    blockNumber: Number(row.blockNumber),
    blockHash: row.blockHash,
    sender: row.sender && toEip55(row.sender as Address),
    nonce: row.nonce === null ? null : Number(row.nonce),
    why: printable(row.why),
    tries: row.tries,
    firstSeenAt: row.firstSeenAt.toISOString(),
    nextTryAt: row.nextTryAt.toISOString(),
    alarmedAt: row.alarmedAt?.toISOString() ?? null,
  }
}

function unreadRangeJson(range: UnreadRange) {
  return {
    from: Number(range.fromBlock),
    to: Number(range.toBlock),
    transactions: range.transactions,
    why: printable(range.why),
    tries: range.tries,
    firstSeenAt: range.firstSeenAt.toISOString(),
    nextTryAt: range.nextTryAt.toISOString(),
    alarmedAt: range.alarmedAt?.toISOString() ?? null,
  }
}
