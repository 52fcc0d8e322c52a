import { getAddress } from 'viem/utils'
import type { Address, Hash } from '../../domain/address.ts'
import { formatUnits } from '../../domain/amount.ts'
import type {
  FoundTransaction,
  MinedTransactionView,
  TransactionFinder,
} from '../../domain/chains/nodes/transaction-finder.ts'
import { isTerminal } from '../../domain/deposits/deposit-state.ts'
import type { DepositView } from '../../domain/deposits/deposit-view.ts'
import type {
  ChainRows,
  ExplainRows,
  TransactionRows,
  WalletTable,
} from '../../domain/scan/explain-rows.ts'
import { toDepositJson } from '../views/deposit-json.ts'
import type { Answer, ExplainedChain, TransferAnswer, Wording } from './answer.ts'
import { explainDeposit } from './explain-deposit.ts'
import { explainTransfer } from './explain-transfer.ts'
import { ownAnswers, unmined, unreachable, untraced } from './explain-whole.ts'
import { type OwnAddresses, readOwnAddresses } from './own-addresses.ts'
import { requestedMovements, type ShownMovement, shownMovements } from './shown-movements.ts'
import type { TransferFacts } from './transfer-facts.ts'

/** One chain to ask. */
export interface AskedChain {
  readonly chain: ExplainedChain
  readonly finder: TransactionFinder
  /** Facts that the contract of an unlisted token reports; undefined if it reports none. */
  tokenFacts(
    token: Address,
  ): Promise<{ readonly symbol: string; readonly decimals: number } | undefined>
}

export interface ExplainPorts {
  readonly book: ExplainRows
  readonly table: WalletTable
  /** Words for an error of a node, without secrets. */
  readonly errorWords: (error: unknown) => string
}

/** The transaction on one chain. */
export interface ChainAnswer {
  readonly chainId: number
  readonly chain: string
  readonly status: 'mined' | 'failed' | 'pending' | 'absent' | 'unreachable'
  readonly blockNumber: number | null
  readonly scanner: { readonly height: number; readonly finalHeight: number | null } | null
  /** About the transaction as a whole; its transfers have answers of their own. */
  readonly answers: readonly Answer[]
  readonly transfers: readonly TransferAnswer[]
  /** Transfers that concern no address of the deployment and are left out of `transfers`. */
  readonly othersLeftOut: number
}

/** Transfers that are listed if no transfer concerns an address of ours. */
const mostOthers = 10

/** Explains a transaction on every given chain. Writes nothing. */
export async function explainTransaction(
  hash: Hash,
  asked: readonly AskedChain[],
  ports: ExplainPorts,
  wording: Wording,
): Promise<readonly ChainAnswer[]> {
  const rows = await ports.book.transaction(hash)
  return await Promise.all(asked.map((one) => explainOn(hash, one, rows, ports, wording)))
}

async function explainOn(
  hash: Hash,
  asked: AskedChain,
  known: TransactionRows,
  ports: ExplainPorts,
  wording: Wording,
): Promise<ChainAnswer> {
  const { chain, finder } = asked
  const rows = await ports.book.chain(chain.id)
  const views = known.deposits.filter(({ deposit }) => deposit.chainId === chain.id)
  const { scanner } = rows
  const base = {
    chainId: chain.id,
    chain: chain.name,
    blockNumber: null,
    scanner: scanner && {
      height: Number(scanner.height),
      finalHeight: scanner.finalHeight === null ? null : Number(scanner.finalHeight),
    },
    othersLeftOut: 0,
  }
  let found: FoundTransaction
  try {
    found = await finder.find(hash)
  } catch (error) {
    const answers = [unreachable(ports.errorWords(error), hash, wording)]
    const transfers = views.map((view) => ofRow(view, rows, wording))
    return { ...base, scanner: base.scanner ?? null, status: 'unreachable', answers, transfers }
  }
  const own = ownAnswers(known, chain.id, wording)
  if (found.kind !== 'mined') {
    return {
      ...base,
      scanner: base.scanner ?? null,
      status: found.kind,
      answers:
        own.length > 0
          ? own
          : [unmined(found, chain, hash, askedWords(found, chain, wording), wording)],
      transfers: views.map((view) => ofGone(view, rows, wording)),
    }
  }
  const told = await explainMined(hash, found, { asked, rows, views, known, ports, wording })
  return {
    ...base,
    ...told,
    scanner: base.scanner ?? null,
    status: found.receipt.ok ? 'mined' : 'failed',
    blockNumber: Number(found.block.number),
    answers: [...own, ...told.answers],
  }
}

/** Words for the movements that a transaction in the pool asks for. */
function askedWords(
  found: Exclude<FoundTransaction, MinedTransactionView>,
  { id }: ExplainedChain,
  { names }: Wording,
): readonly string[] {
  if (found.kind === 'absent') return []
  return requestedMovements(found.transaction, found.call).map(({ asset, to, amount, text }) => {
    const what = text ?? names.amount(id, asset, amount)
    return to === null ? what : `${what} to ${getAddress(to)}`
  })
}

interface MinedContext {
  readonly asked: AskedChain
  readonly rows: ChainRows
  readonly views: readonly DepositView[]
  readonly known: TransactionRows
  readonly ports: ExplainPorts
  readonly wording: Wording
}

async function explainMined(
  hash: Hash,
  found: MinedTransactionView,
  { asked, rows, views, known, ports, wording }: MinedContext,
): Promise<Pick<ChainAnswer, 'answers' | 'transfers' | 'othersLeftOut'>> {
  const { chain } = asked
  const { transaction, call, receipt, internal, block } = found
  const movements = shownMovements(found)
  const places = movements.flatMap(({ from, to }) => (to === null ? [from] : [from, to]))
  const own = await readOwnAddresses(chain, rows, [...new Set(places)], ports)
  const rowOf = matchRows(movements, views)
  const concerning = movements.filter((one) => rowOf.has(one) || concerns(one, own))
  const shown = concerning.length > 0 ? concerning : movements.slice(0, mostOthers)
  const facts: TransferFacts = {
    hash,
    chain,
    rows,
    own,
    block,
    ok: receipt.ok,
    gas: { used: receipt.gasUsed, limit: call.gasLimit },
    signers: [transaction.from, receipt.from],
    unread: known.unread,
    tokens: await unlistedTokens(shown, own, asked),
  }
  const answers = shown.map((one): TransferAnswer => {
    const view = rowOf.get(one)
    return {
      ...describe(one, facts, wording),
      deposit: view ? toDepositJson(view, wording.names) : null,
      ...explainTransfer(one, view, facts, wording),
    }
  })
  const matched = new Set(rowOf.values())
  const unmatched = views.filter((view) => !matched.has(view))
  return {
    // A failed transaction moved nothing inside either.
    answers: internal === undefined && receipt.ok ? [untraced(chain)] : [],
    transfers: [...answers, ...unmatched.map((view) => ofRow(view, rows, wording))],
    othersLeftOut: movements.length - shown.length,
  }
}

function concerns({ from, to }: ShownMovement, own: OwnAddresses): boolean {
  const isOurs = (address: Address) =>
    own.roleOf(address) !== undefined || (!('why' in own.listed) && own.listed.has(address))
  return (to !== null && isOurs(to)) || isOurs(from)
}

/** A row belongs to the transfer at its position, or to a transfer with the same content. */
function matchRows(
  movements: readonly ShownMovement[],
  views: readonly DepositView[],
): ReadonlyMap<ShownMovement, DepositView> {
  const left = new Set(views)
  const found = new Map<ShownMovement, DepositView>()
  const take = (isOf: (one: ShownMovement, view: DepositView) => boolean) => {
    for (const one of movements) {
      if (found.has(one)) continue
      const view = [...left].find((it) => sameContent(one, it) && isOf(one, it))
      if (!view) continue
      left.delete(view)
      found.set(one, view)
    }
  }
  take(({ position }, { deposit }) => deposit.position === position)
  take(() => true)
  return found
}

const sameContent = ({ asset, to, amount }: ShownMovement, { deposit }: DepositView) =>
  deposit.asset === asset && deposit.wallet === to && deposit.amount === amount

async function unlistedTokens(
  movements: readonly ShownMovement[],
  own: OwnAddresses,
  asked: AskedChain,
): Promise<TransferFacts['tokens']> {
  const tokens = movements
    .map(({ asset }) => asset)
    .filter((asset): asset is Address => asset !== 'native' && !own.watch.tokens.has(asset))
  const facts = await Promise.all(
    [...new Set(tokens)].slice(0, mostOthers).map(async (token) => {
      const told = await asked.tokenFacts(token).catch(() => undefined)
      return told ? ([[token, told]] as const) : []
    }),
  )
  return new Map(facts.flat())
}

function describe(
  { asset, position, from, to, amount, text }: ShownMovement,
  { chain, tokens }: Pick<TransferFacts, 'chain' | 'tokens'>,
  { names }: Wording,
) {
  return {
    position,
    asset: names.symbol(chain.id, asset),
    from: getAddress(from),
    to: to === null ? null : getAddress(to),
    amount: amount.toString(),
    text: text ?? amountWords({ asset, amount }, chain.id, tokens, names),
  }
}

function amountWords(
  { asset, amount }: Pick<ShownMovement, 'asset' | 'amount'>,
  chainId: number,
  tokens: TransferFacts['tokens'],
  names: Wording['names'],
): string {
  const told = tokens.get(asset)
  return told
    ? `${formatUnits(amount, told.decimals)} ${told.symbol} (${getAddress(asset)})`
    : names.amount(chainId, asset, amount)
}

/** A deposit that the chain does not show now. */
function ofRow(view: DepositView, rows: ChainRows, wording: Wording): TransferAnswer {
  const { deposit } = view
  const { chainId, asset, amount } = deposit
  return {
    position: deposit.position,
    asset: wording.names.symbol(chainId, asset),
    from: getAddress(deposit.sender),
    to: getAddress(deposit.wallet),
    amount: amount.toString(),
    text: wording.names.amount(chainId, asset, amount),
    deposit: toDepositJson(view, wording.names),
    ...explainDeposit(view, rows, wording),
  }
}

/** A deposit whose transaction is in no block now. */
function ofGone(view: DepositView, rows: ChainRows, wording: Wording): TransferAnswer {
  const answer = ofRow(view, rows, wording)
  const { state, blockNumber } = view.deposit
  if (isTerminal(state)) return answer
  const why = `the scanner found it in block ${blockNumber}, and no block has it now: a reorg removed it, and the scanner marks it as orphaned when it follows the reorg`
  return { ...answer, cause: 'orphaned', why }
}
