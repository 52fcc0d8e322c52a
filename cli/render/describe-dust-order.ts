import { toEip55 } from '../../adapters/viem/to-eip55.ts'
import type { ListedAsset } from '../../domain/chains/asset.ts'
import { inUnits } from '../../domain/chains/asset.ts'
import type { Chain } from '../../domain/chains/chain.ts'
import type { DustLimits } from '../../domain/sweeps/dust-order.ts'
import type { DustOrdered } from '../../domain/sweeps/dust-orders.ts'
import type { DustVerdict } from '../../operations/dust/judge-dust.ts'
import type { AssetNames } from '../../operations/views/asset-names.ts'
import type { Colour, Paint } from '../session/paint.ts'
import { formatTable } from './table.ts'

interface DustRun {
  readonly chain: Chain
  readonly asset: ListedAsset
  readonly limits: DustLimits
  readonly verdicts: readonly DustVerdict[]
  /** undefined for a dry run, and where nothing was worth an order. */
  readonly stored: DustOrdered | undefined
  /** undefined while no node answers. */
  readonly keeperWei: bigint | undefined
}

export type DustOrderJson = ReturnType<typeof toDustOrderJson>

/** The `data` of `sweep-dust`. Amounts are decimal strings of the smallest unit. */
export function toDustOrderJson(
  { chain, asset, limits, verdicts, stored, keeperWei }: DustRun,
  { names, dryRun }: { readonly names: AssetNames; readonly dryRun: boolean },
) {
  const own = (amount: bigint) => inUnits(amount, asset)
  const coin = (wei: bigint) => inUnits(wei, chain.native)
  const sweeps = verdicts.flatMap((it) => (it.action === 'sweep' ? [it] : []))
  const sum = (of: (it: (typeof sweeps)[number]) => bigint) =>
    sweeps.reduce((n, it) => n + of(it), 0n)
  const [brings, costs] = [sum((it) => it.amount), sum((it) => it.costWei)]
  const keeperNeeds = sum(({ gasShortWei, costWei }) => (gasShortWei > 0n ? costWei : 0n))
  const ordered = new Set(stored?.ordered.map(({ depositId }) => depositId))
  return {
    chainId: chain.id,
    chain: names.chainName(chain.id),
    asset: asset.id === 'native' ? asset.id : toEip55(asset.id),
    symbol: asset.symbol,
    dryRun,
    changed: ordered.size > 0,
    orderId: stored?.orderId ?? null,
    ordered: ordered.size,
    limits: {
      min: limits.minAmount.toString(),
      minText: own(limits.minAmount),
      maxCostWei: limits.maxCostWei.toString(),
      maxCostText: coin(limits.maxCostWei),
      factor: asset.id === 'native' ? limits.factor : null,
    },
    total: {
      wallets: sweeps.length,
      brings: brings.toString(),
      bringsText: own(brings),
      costWei: costs.toString(),
      costText: coin(costs),
    },
    keeper: {
      needsWei: keeperNeeds.toString(),
      needsText: coin(keeperNeeds),
      balanceWei: keeperWei?.toString() ?? null,
      isEnough: keeperWei === undefined ? null : keeperWei >= keeperNeeds,
    },
    wallets: verdicts.map((it) => ({
      wallet: toEip55(it.row.wallet),
      depositId: it.row.depositId,
      deposits: it.row.deposits,
      amount: it.row.amount.toString(),
      text: own(it.row.amount),
      action: ordered.has(it.row.depositId) ? ('ordered' as const) : it.action,
      brings: it.action === 'sweep' ? it.amount.toString() : null,
      bringsText: it.action === 'sweep' ? own(it.amount) : null,
      costWei: it.action === 'sweep' ? it.costWei.toString() : null,
      costText: it.action === 'sweep' ? coin(it.costWei) : null,
      why: it.action === 'sweep' ? asideWords(it, own) : it.why,
    })),
  }
}

function asideWords(
  it: Extract<DustVerdict, { action: 'sweep' }>,
  own: (amount: bigint) => string,
): string {
  const aside = it.row.leftByOperators
  return [
    ...(aside > 0n ? [`takes ${own(aside)} that an operator left in the wallet`] : []),
    ...(it.keyChecked === false ? ['key not checked: CENTRAL_DATABASE_URL is not set'] : []),
  ].join('; ')
}

const colours: Readonly<Record<string, Colour>> = {
  sweep: 'green',
  ordered: 'green',
  leave: 'grey',
  already: 'cyan',
}
const shownRows = 100

export function describeDustOrder(data: DustOrderJson, paint: Paint, self: string): string {
  const { wallets, total } = data
  if (wallets.length === 0) return `${data.chain}: no wallet has dust of ${data.symbol}`
  const rows = wallets
    .slice(0, shownRows)
    .map((it) => [
      { text: it.action, colour: colours[it.action] ?? 'grey' },
      it.wallet,
      it.text,
      it.bringsText ?? '',
      it.costText ?? '',
      it.why,
    ])
  const heads = ['', 'wallet', 'dust', 'brings', 'costs at most', 'why']
  const more = wallets.length - shownRows
  return [
    formatTable(heads, rows, paint),
    more > 0 ? `… and ${more} more (see --json)` : '',
    `${total.wallets} of ${wallets.length} wallets are worth it: ${total.bringsText} for at most ${total.costText}`,
    nextStep(data, self),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

function nextStep(data: DustOrderJson, self: string): string {
  const { chainId, symbol, limits } = data
  if (data.changed)
    return `ordered as ${data.orderId}: the workers sweep ${data.ordered} wallets, each planned for at most ${limits.maxCostText}; follow with "${self} sweeps --chain ${chainId} --asset ${symbol}"`
  if (!data.dryRun)
    return data.wallets.some(({ action }) => action === 'already')
      ? 'already ordered; nothing was changed'
      : 'nothing is worth an order; nothing was changed'
  if (data.total.wallets === 0) return 'dry run; nothing was changed'
  const min = data.asset === 'native' ? '' : ' --min AMOUNT'
  return `dry run; nothing was changed. To order it: ${self} sweep-dust --chain ${chainId} --asset ${symbol}${min} --order --operator "$(id -un)" --reason "WHY"`
}
