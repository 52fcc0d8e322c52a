import { type Asset, type AssetSymbol, findAsset } from '../script/assets.ts'
import type { Person } from '../script/cast.ts'
import { formatAmount, shortAddress, shortHash } from '../script/format.ts'
import type { Row } from './rows.ts'

/** A deposit's row in words for people. */
export interface RowWords {
  /** `alice 0x12Ab…89eF` */
  who: string
  /** `250.75 PLAIN` */
  amount: string
  state: string
  /** Detail of the state, or the hash of its transaction; may be empty. */
  more: string
}

export type DescribeRow = (row: Row) => RowWords

/** Returns a function that describes a row with the demo's names of wallets and assets. */
export function describeRows(wallets: readonly Person[], assets: readonly Asset[]): DescribeRow {
  const names = new Map(wallets.map(({ name, address }) => [address.toLowerCase(), name]))
  const width = Math.max(...wallets.map(({ name }) => name.length))
  return (row) => {
    const symbol = symbolOf(row, assets)
    const name = names.get(row.wallet) ?? 'unknown'
    return {
      who: `${name.padEnd(width)} ${shortAddress(row.wallet)}`,
      amount: `${formatAmount(row.amount, findAsset(assets, symbol).decimals)} ${symbol}`,
      state: shortState(row.state),
      more: moreOf(row),
    }
  }
}

function symbolOf({ asset }: Row, assets: readonly Asset[]): AssetSymbol {
  const found = assets.find(({ token }) => (token ?? 'native') === asset)
  if (!found) throw new Error(`coldsweep has a deposit of ${asset}, which the demo does not know`)
  return found.symbol
}

/** Shortens the id of the sweep that a deposit waits for. */
function shortState(state: string): string {
  return state.replace(/([0-9a-f]{8})-[0-9a-f-]{27}/, '$1…')
}

function moreOf({ state, detail, gasTx, sweepTx }: Row): string {
  if (detail !== '') return detail
  if (state === 'funding' && gasTx !== null) return `gas ${shortHash(gasTx)}`
  if (/^(sweeping|confirming-sweep|done)/.test(state) && sweepTx !== null)
    return `sweep ${shortHash(sweepTx)}`
  return ''
}
