import type { Address } from '../address.ts'
import type { BookRows } from './book-store.ts'
import { isTransferTo, type MinedByHash, type Movement, sweptBy } from './movements.ts'
import type { Difference } from './reconciliation.ts'

/** The next nonce of each of our addresses after the reconciled block. */
export type Nonces = ReadonlyMap<Address, bigint>

/**
 * Checks every rule of MONEY 23 except the sums of wallets, keepers and cold wallets. Reports
 * external transactions, double payments, wrong destinations, tokens that log too much, rows that
 * contradict the chain, and used nonces without a row.
 */
export function judgeConduct(
  rows: BookRows,
  movements: readonly Movement[],
  mined: MinedByHash,
  nonces: Nonces,
): readonly Difference[] {
  return [
    ...externalTransactions(rows),
    ...doubled(movements),
    ...movements.flatMap((movement) => destination(movement, rows)),
    ...movements.flatMap(signedRow),
    ...movements.flatMap((movement) => overLogged(movement, rows.coldWallets)),
    ...sweepRows(rows, mined),
    ...usedNonces(rows, movements, nonces),
  ]
}

const plain = { asset: null, missing: null } as const

function externalTransactions({ external, keepers }: BookRows): readonly Difference[] {
  const openings = new Map(keepers.map(({ address, openingBlock }) => [address, openingBlock]))
  return external.flatMap(({ sender, nonce, hash, blockNumber, kind, adoptedBy }): Difference[] => {
    if (kind !== null && kind !== 'foreign') return []
    const opening = openings.get(sender)
    // Transactions up to the keeper's opening block were sent before coldsweep used the keeper.
    if (opening && blockNumber !== null && blockNumber <= opening) return []
    const known = kind === null ? 'no row explains it' : `adopted as foreign by ${adoptedBy}`
    const words = `${sender} sent a transaction with nonce ${nonce}: ${known}`
    // The words change when an operator adopts the transaction, which makes no new difference.
    const causes = [`${nonce} ${hash}`]
    return [{ ...plain, kind: 'foreign', address: sender, words, rows: hash ? [hash] : [], causes }]
  })
}

/**
 * MONEY 2, 3: reports every intent with more than one mined attempt, and every sweep with more than
 * one successful transfer.
 */
function doubled(movements: readonly Movement[]): readonly Difference[] {
  const groups = new Map<string, Movement[]>()
  const put = (name: string, movement: Movement) =>
    groups.set(name, [...(groups.get(name) ?? []), movement])
  for (const movement of movements) {
    const { intent, mined, kind } = movement
    if (!intent) continue
    put(`intent ${intent.key}`, movement)
    if ((kind === 'sweep' || kind === 'drain') && mined.ok) put(`sweep ${intent.sweepId}`, movement)
  }
  return [...groups].flatMap(([name, found]): Difference[] => {
    const hashes = [...new Set(found.map(({ mined }) => mined.hash))]
    const [first] = found
    if (!first || hashes.length < 2) return []
    const words = `${hashes.length} transactions of one ${name.startsWith('sweep') ? 'sweep' : 'intent'} are mined`
    return [{ ...plain, kind: 'doubled', address: first.wallet, words, rows: [name, ...hashes] }]
  })
}

/**
 * Reports a transaction with a wrong destination. A sweep must go to a cold wallet, gas to the
 * sweep's wallet, a cancel to its sender.
 */
function destination(
  movement: Movement,
  { coldWallets, keepers }: BookRows,
): readonly Difference[] {
  const { mined, kind, wallet, asset, row } = movement
  const { to, data, valueWei } = mined
  const isRight = {
    gas: to === wallet,
    cancel: to === mined.from && valueWei === 0n,
    drain:
      to !== null &&
      to !== mined.from &&
      (coldWallets.has(to) || keepers.some(({ address }) => address === to)),
    nothing: !mined.ok || valueWei === 0n,
    sweep:
      asset === 'native'
        ? to !== null && coldWallets.has(to)
        : to === asset && valueWei === 0n && isTransferTo(data, coldWallets),
  }[kind]
  if (isRight) return []
  const words = `a ${kind} transaction went to ${to}, which is not its destination`
  return [
    {
      kind: 'misdirected',
      address: mined.from,
      asset,
      missing: null,
      words,
      rows: [row, mined.hash],
    },
  ]
}

/** Reports an attempt whose row contradicts the mined transaction of the same hash. */
function signedRow({ mined, intent }: Movement): readonly Difference[] {
  if (!intent) return []
  const attempt = intent.attempts.find(({ hash }) => hash === mined.hash)
  const isSame =
    attempt?.valueWei === mined.valueWei &&
    intent.sender === mined.from &&
    intent.nonce === mined.nonce
  if (isSame) return []
  const words = `the row says ${attempt?.valueWei} wei from ${intent.sender} with nonce ${intent.nonce}, the chain says ${mined.valueWei} wei from ${mined.from} with nonce ${mined.nonce}`
  return [{ ...plain, kind: 'row', address: intent.sender, words, rows: [intent.key, mined.hash] }]
}

function sweepRows(rows: BookRows, mined: MinedByHash): readonly Difference[] {
  return rows.sweeps.flatMap(({ id, txHash, wallet, asset, arrivedAmount }): Difference[] => {
    const found = mined.get(txHash)
    const arrived = found ? sweptBy({ mined: found, wallet, asset }, rows.coldWallets).arrived : 0n
    if (arrived === arrivedAmount) return []
    const words = `the sweep's row records that ${arrivedAmount} arrived; on the chain ${found ? `${arrived} arrived` : 'its transaction is missing'}`
    const missing = arrivedAmount - arrived
    return [{ kind: 'row', address: wallet, asset, missing, words, rows: [`sweep ${id}`, txHash] }]
  })
}

/**
 * Reports each nonce that an address has used since its lane was created, unless one of our mined
 * transactions or a row of an external transaction explains the nonce.
 */
function usedNonces(
  rows: BookRows,
  movements: readonly Movement[],
  nonces: Nonces,
): readonly Difference[] {
  const key = (sender: Address, nonce: bigint) => `${sender} ${nonce}`
  const explained = new Set([
    ...movements.map(({ mined }) => key(mined.from, mined.nonce)),
    ...rows.external.map(({ sender, nonce }) => key(sender, nonce)),
  ])
  return rows.lanes.flatMap(({ sender, entryNonce }): Difference[] => {
    const missing: bigint[] = []
    for (let nonce = entryNonce; nonce < (nonces.get(sender) ?? 0n); nonce += 1n)
      if (!explained.has(key(sender, nonce))) missing.push(nonce)
    if (missing.length === 0) return []
    const words = `${missing.length} used nonces of this address have no row: ${missing.slice(0, 20).join(', ')}`
    const named = rows.intents
      .filter((intent) => intent.sender === sender && missing.includes(intent.nonce))
      .map((intent) => intent.key)
    const causes = missing.map(String)
    return [{ ...plain, kind: 'nonce', address: sender, words, rows: named, causes }]
  })
}

/**
 * MONEY 12: reports a token that logged more to the cold wallet than the sweep sent. Such a token
 * logs one movement twice, or its logs are false.
 */
function overLogged(movement: Movement, coldWallets: ReadonlySet<Address>): readonly Difference[] {
  const { kind, asset, wallet, mined, row } = movement
  if (kind !== 'sweep' || asset === 'native') return []
  const { arrived, overLogged: over } = sweptBy(movement, coldWallets)
  if (over === 0n) return []
  const words = `the sweep sent ${arrived}, and the token logged ${arrived + over} to the cold wallet: ${arrived} counts as arrived; check the cold wallet's balance and the token`
  return [
    { kind: 'arrival', address: wallet, asset, missing: -over, words, rows: [row, mined.hash] },
  ]
}
