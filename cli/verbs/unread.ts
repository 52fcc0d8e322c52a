import type { Database } from '../../adapters/drizzle/database.ts'
import {
  answerGaps,
  openGapsOfChain,
  openGapsOfToken,
} from '../../adapters/drizzle/scan/token-gaps.ts'
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
import { type Address, isAddress, isHash, toAddress, toHash } from '../../domain/address.ts'
import { printable } from '../../domain/printable.ts'
import { createAssetNames } from '../../operations/views/asset-names.ts'
import { formatAge, formatTable } from '../render/table.ts'
import { describeGap, type TokenGapJson, toTokenGapJson } from '../render/token-gap.ts'
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
  /** Blocks that were never searched for a token. */
  readonly tokens: readonly TokenGapJson[]
}

/** Lists transactions that the scanner could not read, oldest block first. */
export async function unreadList(
  args: { readonly chain?: number; readonly limit: number },
  session: Session,
): Promise<Outcome> {
  const config = loadConfig({ need: ['database'], env: session.env })
  const data: UnreadOfChain[] = []
  const names = createAssetNames(config.chains)
  await withDatabase(config.database, async (db) => {
    for (const { id, name } of pickChains(config.chains, args.chain)) {
      const { rows, range } = await listUnread(db, id, args.limit)
      const blocks = range ? unreadRangeJson(range) : null
      const tokens = (await openGapsOfChain(db, id)).map((gap) => toTokenGapJson(gap, names))
      data.push({ chain: name, chainId: id, transactions: rows.map(unreadRowJson), blocks, tokens })
    }
  })
  return { data, text: (paint) => data.map((one) => describe(one, paint)).join('\n\n') }
}

function describe(of: UnreadOfChain, paint: Paint): string {
  const { chain, transactions, blocks, tokens } = of
  if (transactions.length === 0 && !blocks && tokens.length === 0)
    return `${chain}: no unread transactions`
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
  return [rows.length > 0 ? table : '', above ?? '', ...tokens.map(describeGap)]
    .filter((part) => part !== '')
    .join('\n')
}

/** Makes the running scanner read an unread transaction again at once. */
export async function unreadRetry(args: UnreadOrder, session: Session): Promise<Outcome> {
  const { database } = loadConfig({ need: ['database'], env: session.env })
  const { subject } = args
  if (isAddress(subject)) {
    throw usageError(
      `the scanner does not read old blocks for token ${subject} by itself`,
      'run the command that "coldsweep unread list" shows',
    )
  }
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
 * Marks an unread transaction as answered by the operator: it is no longer read again, closes no
 * lane and credits nothing. For a token, ends the report of the blocks that were never searched for
 * the token.
 */
export async function unreadAnswer(args: UnreadOrder, session: Session): Promise<Outcome> {
  const { database } = loadConfig({ need: ['database'], env: session.env })
  const { subject } = args
  return await withDatabase(database, async (db) => {
    if (isAddress(subject)) return await answerToken(db, toAddress(subject), args)
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

async function answerToken(
  db: Database['db'],
  token: Address,
  args: UnreadOrder,
): Promise<Outcome> {
  const gaps = await openGapsOfToken(db, token)
  const chains = [...new Set(gaps.map(({ chainId }) => chainId))]
  const [chainId, another] = args.chain === undefined ? chains : [args.chain]
  if (another !== undefined)
    throw usageError(
      `${args.subject} has unsearched blocks on chains ${chains.join(' and ')}`,
      'add --chain',
    )
  const ended = chainId === undefined ? [] : await answerGaps(db, { chainId, token }, args)
  if (ended.length === 0) {
    throw notFound(
      `token ${args.subject} has no unsearched blocks: they were rescanned or answered, or there were none`,
      hint,
    )
  }
  const blocks = ended.map(({ from, to }) => ({ from: Number(from), to: Number(to) }))
  return {
    data: { subject: args.subject, chainId, answered: true, blocks },
    text: () =>
      `blocks ${blocks.map(({ from, to }) => `${from} to ${to}`).join(', ')} are answered and credit nothing of ${args.subject}; "coldsweep rescan" of these blocks still finds its deposits`,
  }
}

interface UnreadOrder {
  /** A transaction hash, a token's address, or `blocks`. */
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
 * Finds the rows that the operator's `subject` names: an unread transaction on the only chain that
 * has it, or the unread block range of a chain.
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
    throw usageError(
      `expected a transaction hash, a token's address or "blocks", got "${subject}"`,
      hint,
    )
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
