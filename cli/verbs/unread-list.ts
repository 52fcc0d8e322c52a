import { listUnread } from '../../adapters/drizzle/scan/unread.ts'
import { loadConfig } from '../../config/load-config.ts'
import { formatAge } from '../render/age.ts'
import { formatTable } from '../render/table.ts'
import type { Outcome, Session } from '../session/outcome.ts'
import type { Paint } from '../session/paint.ts'
import { pickChains } from '../session/pick-chains.ts'
import { withDatabase } from '../session/with-database.ts'
import { unreadRangeJson, unreadRowJson } from '../views/unread-json.ts'

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
