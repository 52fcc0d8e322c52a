import type { Deposit } from '../../domain/deposits/deposit.ts'
import { isOpening } from '../../domain/deposits/deposit-id.ts'
import { isOperatorDoubt } from '../../domain/deposits/doubt.ts'
import type { AssetNames } from '../../operations/views/asset-names.ts'
import type { DepositJson } from '../../operations/views/deposit-json.ts'
import type { TransactionJson, toSweepJson } from '../../operations/views/sweep-json.ts'
import { whatNext } from '../../operations/views/what-next.ts'
import type { Paint } from '../session/paint.ts'
import type { ReadyCommands } from './ready-commands.ts'
import { type Cell, formatAge, formatPairs, formatTable, stateColour } from './table.ts'

/** The data of `coldsweep sweep <id>`. */
export interface SweepJson extends DepositJson {
  readonly sweep: ReturnType<typeof toSweepJson> | null
  readonly transactions: readonly TransactionJson[]
  readonly others: readonly DepositJson[]
  readonly operatorActions: readonly {
    readonly at: string
    readonly operator: string
    readonly action: string
    readonly reason: string
  }[]
  readonly scanner: { readonly height: number; readonly finalHeight: number | null } | null
  readonly next: string
  readonly commands: ReadyCommands
}

/** Formats the text output of `coldsweep sweep <id>`. Empty sections are omitted. */
export function describeSweep(
  json: SweepJson,
  deposit: Deposit,
  names: AssetNames,
  paint: Paint,
  now: Date,
): string {
  const { chainId, asset } = deposit
  const units = (digits: string | null, of = asset) =>
    digits === null ? '' : names.amount(chainId, of, BigInt(digits))
  const colour = stateColour(deposit.state)
  const facts: (readonly [string, Cell])[] = [
    ['deposit', json.id],
    ['state', { text: `${json.state} for ${formatAge(deposit.since, now)}`, colour }],
    ['next', json.next],
    ['detail', json.detail],
    ['amount', `${units(json.amount)} on ${names.chainName(chainId)}`],
    ['wallet', json.wallet],
    ['block', blockLine(json)],
    ['workflow', json.workflowId],
    ['sweep', json.sweepId ?? ''],
    ['gas spent', units(json.gasSpent, 'native')],
    ['gas share', units(json.gasShare, 'native')],
  ]
  return [
    formatPairs(facts.filter(isTold), paint),
    ...sectionOf('sweep', sweepFacts(json, units, paint), paint),
    ...sectionOf('transactions', transactionTable(json, units, paint), paint),
    ...sectionOf('other deposits of this sweep', otherTable(json, names, paint), paint),
    ...sectionOf('operators', actionTable(json, paint), paint),
    ...sectionOf('commands', commandLines(json, deposit), paint),
  ].join('\n')
}

type Units = (digits: string | null, of?: 'native') => string

function isTold([, cell]: readonly [string, Cell]): boolean {
  return (typeof cell === 'string' ? cell : cell.text) !== ''
}

function sectionOf(title: string, body: string, paint: Paint): string[] {
  return body === '' ? [] : ['', paint('bold', title), body]
}

function blockLine({ id, blockNumber, confirmedAt, scanner }: SweepJson): string {
  const [, , position = ''] = id.split(':')
  if (isOpening(position)) return `none: opening balance, adopted ${confirmedAt ?? 'and replaced'}`
  if (confirmedAt !== null) return `${blockNumber}, confirmed ${confirmedAt}`
  const final = scanner?.finalHeight ?? 'none'
  return `${blockNumber}, not final yet (final: ${final}, scanned: ${scanner?.height ?? 'nothing'})`
}

function sweepFacts({ sweep }: SweepJson, units: Units, paint: Paint): string {
  if (sweep === null) return ''
  const facts: (readonly [string, Cell])[] = [
    ['opened', sweep.openedAt],
    ['closed', sweep.closedAt === null ? '' : `${sweep.closedAt} (${sweep.outcome ?? ''})`],
    ['planned', units(sweep.plannedAmount)],
    ['gas short', units(sweep.gasShort, 'native')],
    ['driven by', sweep.leaseHolder ?? ''],
    ['left wallet', units(sweep.left)],
    ['arrived', units(sweep.arrived)],
    ['gas returned', units(sweep.gasReturned, 'native')],
  ]
  return formatPairs(facts.filter(isTold), paint)
}

function transactionTable({ transactions }: SweepJson, units: Units, paint: Paint): string {
  const rows = transactions.flatMap(({ step, round, nonce, state, mined, attempts }) =>
    attempts.map((attempt): readonly Cell[] => {
      const isMined = mined?.hash === attempt.hash
      return [
        `${step} ${round}.${attempt.number}${attempt.kind === 'cancel' ? ' cancel' : ''}`,
        `nonce ${nonce}`,
        units(attempt.value, 'native'),
        {
          text: isMined ? `${state}, block ${mined.blockNumber}` : state,
          colour: state === 'succeeded' ? 'green' : state === 'live' ? 'cyan' : 'red',
        },
        `sent ${attempt.sends}×`,
        attempt.hash,
        attempt.lastError === null ? '' : `node: ${attempt.lastError}`,
      ]
    }),
  )
  if (rows.length === 0) return ''
  return formatTable(['step', 'nonce', 'value', 'state', 'sends', 'hash', ''], rows, paint)
}

function otherTable({ others }: SweepJson, names: AssetNames, paint: Paint): string {
  if (others.length === 0) return ''
  const rows = others.map((other) => [
    other.state,
    names.amount(
      other.chainId,
      other.token === null ? 'native' : (other.token.toLowerCase() as Deposit['asset']),
      BigInt(other.amount),
    ),
    other.id,
  ])
  return formatTable(['state', 'amount', 'deposit'], rows, paint)
}

function actionTable({ operatorActions }: SweepJson, paint: Paint): string {
  if (operatorActions.length === 0) return ''
  const rows = operatorActions.map((it) => [it.at, it.operator, it.action, it.reason])
  return formatTable(['at', 'operator', 'action', 'reason'], rows, paint)
}

function commandLines({ commands }: SweepJson, deposit: Deposit): string {
  const again = whatNext(deposit).retry
    ? [commands.retry, commands.signal, commands.tctlSignal]
    : []
  return [...nextCommands(commands, deposit), ...again, commands.show, commands.tctlShow].join('\n')
}

/** Commands that an operator may have to give before the deposit continues. */
function nextCommands(commands: ReadyCommands, { state, reason }: Deposit): readonly string[] {
  if (state === 'needs-attention' && reason === 'lane-behind') return [commands.recover]
  if (state === 'confirming' && isOperatorDoubt(reason)) return [commands.approve, commands.skip]
  if (state !== 'waiting') return []
  switch (reason) {
    case 'approval':
      return [commands.approve, commands.skip]
    case 'paused':
      return [commands.resume]
    case 'chain-paused':
      return [commands.resumeChain]
    case 'asset-paused':
      return [commands.resumeAsset]
    default:
      return []
  }
}
