import { getAddress } from 'viem/utils'
import { formatUnits } from '../../domain/amount.ts'
import type {
  ExportedDeposit,
  ExportedGas,
  ExportedRows,
  ExportedSweep,
  ExportKind,
} from '../../domain/books/export-store.ts'
import type { AssetId } from '../../domain/chains/asset.ts'
import type { AssetNames } from '../views/asset-names.ts'

/** A column of an export. docs/exports.md explains each; names and order never change. */
export interface Column<Row> {
  readonly name: string
  /** A number is written without quotes in CSV, so that a spreadsheet can add it up. */
  readonly kind: 'text' | 'number'
  /** Amounts are strings in JSON, because JSON numbers lose digits. */
  readonly json: 'string' | 'number'
  /** null leaves the cell empty, and is `null` in JSON. */
  value(row: Row): string | number | bigint | null
}

/** Returns the columns of an export. */
export function exportColumns<K extends ExportKind>(
  kind: K,
  names: AssetNames,
): readonly Column<ExportedRows[K]>[] {
  const columns = { deposits: depositColumns, sweeps: sweepColumns, gas: gasColumns }
  return columns[kind](names) as unknown as readonly Column<ExportedRows[K]>[]
}

type Value<Row> = Column<Row>['value']

const text = <Row>(name: string, value: Value<Row>): Column<Row> => ({
  name,
  kind: 'text',
  json: 'string',
  value,
})
const count = <Row>(name: string, value: Value<Row>): Column<Row> => ({
  name,
  kind: 'number',
  json: 'number',
  value,
})
const digits = <Row>(name: string, value: Value<Row>): Column<Row> => ({
  name,
  kind: 'number',
  json: 'string',
  value,
})

interface OfAsset {
  readonly chainId: number
  readonly asset: AssetId
}

/** An amount in the smallest unit and in units. Units are empty for an asset that is not listed. */
function amounts<Row extends OfAsset>(
  [smallest, units]: readonly [string, string],
  names: AssetNames,
  value: (row: Row) => bigint | null,
): readonly Column<Row>[] {
  return [
    digits(smallest, value),
    digits(units, (row) => {
      const decimals = names.decimals(row.chainId, row.asset)
      const amount = value(row)
      return amount === null || decimals === undefined ? null : formatUnits(amount, decimals)
    }),
  ]
}

/** An amount of native coin in wei and in units. */
function nativeAmounts<Row extends { readonly chainId: number }>(
  [wei, units, symbol]: readonly [string, string, string],
  names: AssetNames,
  value: (row: Row) => bigint | null,
): readonly Column<Row>[] {
  const asNative = (row: Row) => ({ chainId: row.chainId, asset: 'native' as const })
  return [
    digits(wei, value),
    digits(units, (row) => {
      const amount = value(row)
      const decimals = names.decimals(asNative(row).chainId, 'native') ?? 18
      return amount === null ? null : formatUnits(amount, decimals)
    }),
    text(symbol, (row) => names.symbol(row.chainId, 'native')),
  ]
}

/** coldsweep has no source of prices yet, so these columns are empty. */
const priceOf = <Row>(value: string, currency: string): readonly Column<Row>[] => [
  digits(value, () => null),
  text(currency, () => null),
]

const assetColumns = <Row extends OfAsset>(names: AssetNames): readonly Column<Row>[] => [
  count('chainId', ({ chainId }) => chainId),
  text('chain', ({ chainId }) => names.chainName(chainId)),
  text('asset', ({ chainId, asset }) => names.symbol(chainId, asset)),
  text('token', ({ asset }) => (asset === 'native' ? null : getAddress(asset))),
  count('decimals', ({ chainId, asset }) => names.decimals(chainId, asset) ?? null),
]

const address = (value: string | null) => (value === null ? null : getAddress(value))

const depositColumns = (names: AssetNames): readonly Column<ExportedDeposit>[] => [
  text('id', ({ id }) => id),
  ...assetColumns<ExportedDeposit>(names),
  text('wallet', ({ wallet }) => address(wallet)),
  text('sender', ({ sender }) => address(sender)),
  text('txHash', ({ txHash }) => txHash),
  count('blockNumber', ({ blockNumber }) => Number(blockNumber)),
  text('detectedAt', ({ detectedAt }) => detectedAt),
  text('creditedAt', ({ creditedAt }) => creditedAt),
  text('state', ({ state }) => state),
  text('reason', ({ reason }) => reason),
  ...amounts<ExportedDeposit>(['amount', 'amountUnits'], names, ({ amount }) => amount),
  ...priceOf<ExportedDeposit>('amountValue', 'amountCurrency'),
  text('sweepId', ({ sweep }) => sweep?.id ?? null),
  text('sweepTx', ({ sweep }) => sweep?.txHash ?? null),
  text('sweptAt', ({ sweep }) => sweep?.doneAt ?? null),
  ...nativeAmounts<ExportedDeposit>(
    ['gasShareWei', 'gasShareUnits', 'gasShareAsset'],
    names,
    ({ sweep }) => sweep?.gasShareWei ?? null,
  ),
  ...priceOf<ExportedDeposit>('gasShareValue', 'gasShareCurrency'),
]

const sweepColumns = (names: AssetNames): readonly Column<ExportedSweep>[] => [
  text('id', ({ id }) => id),
  ...assetColumns<ExportedSweep>(names),
  text('wallet', ({ wallet }) => address(wallet)),
  text('outcome', ({ outcome }) => outcome),
  text('openedAt', ({ openedAt }) => openedAt),
  text('closedAt', ({ closedAt }) => closedAt),
  text('txHash', ({ txHash }) => txHash),
  count('blockNumber', ({ blockNumber }) => (blockNumber === null ? null : Number(blockNumber))),
  count('deposits', ({ deposits }) => deposits),
  ...amounts<ExportedSweep>(
    ['depositsAmount', 'depositsAmountUnits'],
    names,
    ({ depositsAmount }) => depositsAmount,
  ),
  ...amounts<ExportedSweep>(['left', 'leftUnits'], names, ({ left }) => left),
  ...amounts<ExportedSweep>(['arrived', 'arrivedUnits'], names, ({ arrived }) => arrived),
  ...priceOf<ExportedSweep>('arrivedValue', 'arrivedCurrency'),
  ...nativeAmounts<ExportedSweep>(
    ['gasReturnedWei', 'gasReturnedUnits', 'gasReturnedAsset'],
    names,
    ({ gasReturnedWei }) => gasReturnedWei,
  ),
  ...nativeAmounts<ExportedSweep>(
    ['gasWei', 'gasUnits', 'gasAsset'],
    names,
    ({ gasWei }) => gasWei,
  ),
  ...priceOf<ExportedSweep>('gasValue', 'gasCurrency'),
]

const gasColumns = (names: AssetNames): readonly Column<ExportedGas>[] => [
  text('id', ({ id }) => id),
  count('chainId', ({ chainId }) => chainId),
  text('chain', ({ chainId }) => names.chainName(chainId)),
  text('kind', ({ kind }) => kind),
  text('paidBy', ({ paidBy }) => paidBy),
  text('sender', ({ sender }) => address(sender)),
  text('to', ({ to }) => address(to)),
  text('sweepId', ({ sweepId }) => sweepId),
  text('sweepAsset', ({ chainId, asset }) => asset && names.symbol(chainId, asset)),
  text('txHash', ({ txHash }) => txHash),
  count('blockNumber', ({ blockNumber }) => (blockNumber === null ? null : Number(blockNumber))),
  text('endedAt', ({ endedAt }) => endedAt),
  text('succeeded', ({ succeeded }) => (succeeded === null ? null : String(succeeded))),
  ...nativeAmounts<ExportedGas>(
    ['valueWei', 'valueUnits', 'valueAsset'],
    names,
    ({ valueWei }) => valueWei,
  ),
  digits('gasUsed', ({ gasUsed }) => gasUsed),
  digits('gasPriceWei', ({ gasPriceWei }) => gasPriceWei),
  digits('l1FeeWei', ({ l1FeeWei }) => l1FeeWei),
  ...nativeAmounts<ExportedGas>(['feeWei', 'feeUnits', 'feeAsset'], names, ({ feeWei }) => feeWei),
  ...priceOf<ExportedGas>('feeValue', 'feeCurrency'),
]
