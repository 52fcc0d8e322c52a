import type { Hash } from '../../domain/address.ts'
import type { Answer, Cause } from '../../operations/explain/answer.ts'
import type { AddressAnswer, AddressOnChain } from '../../operations/explain/explain-address.ts'
import type { ChainAnswer } from '../../operations/explain/explain-transaction.ts'
import type { DepositJson } from '../../operations/views/deposit-json.ts'
import type { Colour, Paint } from '../session/paint.ts'
import { type Cell, formatAge, formatPairs, formatTable } from './table.ts'

const colours: Partial<Record<Cause, Colour>> = {
  swept: 'green',
  sweeping: 'cyan',
  'not-final': 'cyan',
  pending: 'cyan',
  'unread-block': 'cyan',
  held: 'yellow',
  waiting: 'yellow',
  'chain-paused': 'yellow',
  'needs-attention': 'red',
  'in-doubt': 'red',
  missed: 'red',
}

/** The answers about a transaction, transfer by transfer, with commands to copy. */
export function describeTransaction(
  hash: Hash,
  chains: readonly ChainAnswer[],
  paint: Paint,
): string {
  const told = chains.filter(isTold)
  const absent = chains.filter((one) => !isTold(one)).map(({ chain }) => chain)
  const nowhere =
    absent.length === 0
      ? []
      : [`not found on ${absent.join(', ')}: neither in a block nor in a pool`]
  return [hash, ...told.map((one) => describeChain(one, paint)), ...nowhere].join('\n\n')
}

const isTold = ({ status, transfers, answers }: ChainAnswer) =>
  status !== 'absent' ||
  transfers.length > 0 ||
  answers.some(({ cause }) => cause !== 'no-such-transaction')

function describeChain(answer: ChainAnswer, paint: Paint): string {
  const { chain, status, blockNumber, scanner, answers, transfers, othersLeftOut } = answer
  const where = blockNumber === null ? status : `${status} in block ${blockNumber}`
  const read =
    scanner === null
      ? 'its scanner has never started'
      : `scanned: ${scanner.height}, final: ${scanner.finalHeight ?? 'none'}`
  const parts = [
    paint('bold', `${chain}: ${where} (${read})`),
    ...answers.map((one) => describeAnswer(one, paint)),
    ...transfers.map((one) =>
      [
        `${one.text} from ${one.from} to ${one.to ?? 'a new contract'} (position ${one.position})`,
        ...(one.deposit === null ? [] : [`  deposit ${one.deposit.id}: ${one.deposit.state}`]),
        describeAnswer(one, paint),
      ].join('\n'),
    ),
  ]
  if (othersLeftOut > 0) {
    parts.push(`${othersLeftOut} more transfers concern no address of this deployment`)
  }
  return parts.join('\n\n')
}

function describeAnswer({ cause, why, add, commands }: Answer, paint: Paint): string {
  return [
    `  ${paint(colours[cause] ?? 'grey', cause)}: ${why}`,
    ...(add ? [`  add to ${add.to}:`, `    ${add.text}`] : []),
    ...commands.map((command) => `  $ ${command}`),
  ].join('\n')
}

export function describeAddress(
  { address, key, chains }: AddressAnswer,
  paint: Paint,
  now: Date,
): string {
  const proof = key === null ? [] : [`key in userwallet: ${keyWords(key, paint)}`]
  return [
    [address, ...proof].join('\n'),
    ...chains.map((one) => describeOnChain(one, paint, now)),
  ].join('\n\n')
}

function keyWords(key: NonNullable<AddressAnswer['key']>, paint: Paint): string {
  switch (key.kind) {
    case 'fits':
      return paint('green', 'fits the address')
    case 'missing':
      return paint('red', 'missing: userwallet has no row of the address with a readable key')
    case 'wrong':
      return paint('red', `wrong: ${key.rows} keys, and none belongs to the address`)
    case 'not-checked':
      return `not checked: ${key.why}`
  }
}

function describeOnChain(one: AddressOnChain, paint: Paint, now: Date): string {
  const { lane } = one
  const pairs: (readonly [string, Cell])[] = [
    ['role', one.role ?? 'none: no address of this deployment'],
    ['balances', balanceWords(one)],
    ...(lane === null ? [] : [['lane', laneWords(lane, now)] as const]),
    ...(one.depositCounts.length === 0
      ? []
      : [
          [
            'deposits',
            one.depositCounts.map(({ state, deposits }) => `${deposits} ${state}`).join(', '),
          ] as const,
        ]),
    ...one.notes.map((note): readonly [string, Cell] => ['note', { text: note, colour: 'yellow' }]),
  ]
  return [
    paint('bold', one.chain),
    formatPairs(pairs, paint),
    ...(one.deposits.length === 0 ? [] : [depositTable(one.deposits, paint, now)]),
    ...one.commands.map((command) => `$ ${command}`),
  ].join('\n')
}

function balanceWords({ balances, hasCode }: AddressOnChain): string {
  if (balances === null) return 'unknown: no node answers'
  const words = balances.map(({ text, belowMinimum }) =>
    belowMinimum ? `${text} (below the minimum)` : text,
  )
  const what = words.length === 0 ? 'none' : words.join(', ')
  return hasCode === true ? `${what}; the address has code` : what
}

function laneWords(lane: NonNullable<AddressOnChain['lane']>, now: Date): string {
  const nonce = `next nonce ${lane.nextNonce}${lane.chainNonce === null ? '' : ` (chain: ${lane.chainNonce})`}`
  if (lane.closed !== null) return `closed: ${lane.closed}; ${nonce}`
  if (lane.heldBySweep === null) return `free; ${nonce}`
  const since = lane.heldSince === null ? '' : ` for ${formatAge(new Date(lane.heldSince), now)}`
  return `held by sweep ${lane.heldBySweep}${since}; ${nonce}`
}

function depositTable(deposits: readonly DepositJson[], paint: Paint, now: Date): string {
  const rows = deposits.map((one) => [
    one.state,
    formatAge(new Date(one.since), now),
    one.asset,
    one.id,
  ])
  return formatTable(['state', 'for', 'asset', 'deposit'], rows, paint)
}
