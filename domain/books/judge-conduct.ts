import type { Address } from '../address.ts'
import type { BookRows } from './books.ts'
import { isTransferTo, type MinedByHash, type Movement, sweptBy } from './movements.ts'
import { overLogged } from './over-logged.ts'
import type { Difference } from './reconciliation.ts'

/** Nonces of our addresses at the block. */
export type Nonces = ReadonlyMap<Address, bigint>

/**
 * What must hold beside the sums (MONEY 23): no stranger, no double, no other destination, no row
 * against the chain.
 */
export function judgeConduct(
  rows: BookRows,
  movements: readonly Movement[],
  mined: MinedByHash,
  nonces: Nonces,
): readonly Difference[] {
  return [
    ...strangers(rows),
    ...doubled(movements),
    ...movements.flatMap((movement) => destination(movement, rows.coldWallets)),
    ...movements.flatMap(signedRow),
    ...movements.flatMap((movement) => overLogged(movement, rows.coldWallets)),
    ...sweepRows(rows, mined),
    ...usedNonces(rows, movements, nonces),
  ]
}

const plain = { asset: null, missing: null } as const

function strangers({ foreign, keepers }: BookRows): readonly Difference[] {
  const openings = new Map(keepers.map(({ address, openingBlock }) => [address, openingBlock]))
  return foreign.flatMap(({ sender, nonce, hash, blockNumber, kind, adoptedBy }): Difference[] => {
    if (kind !== null && kind !== 'foreign') return []
    const opening = openings.get(sender)
    // Before its books were opened a keeper was not ours.
    if (opening && blockNumber !== null && blockNumber <= opening) return []
    const known = kind === null ? 'no row explains it' : `adopted as foreign by ${adoptedBy}`
    const words = `${sender} sent a transaction with nonce ${nonce}: ${known}`
    return [{ ...plain, kind: 'foreign', address: sender, words, rows: hash ? [hash] : [] }]
  })
}

/** One intent, one mined attempt; one sweep, one transfer that succeeded (MONEY 2, 3). */
function doubled(movements: readonly Movement[]): readonly Difference[] {
  const groups = new Map<string, Movement[]>()
  const put = (name: string, movement: Movement) =>
    groups.set(name, [...(groups.get(name) ?? []), movement])
  for (const movement of movements) {
    const { intent, mined, kind } = movement
    if (!intent) continue
    put(`intent ${intent.key}`, movement)
    if (kind === 'sweep' && mined.ok) put(`sweep ${intent.sweepId}`, movement)
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
 * Sweeps go to cold, gas to the wallet that it is for, a cancel to its sender; nothing goes
 * anywhere else.
 */
function destination(movement: Movement, coldWallets: ReadonlySet<Address>): readonly Difference[] {
  const { mined, kind, wallet, asset, row } = movement
  const { to, data, valueWei } = mined
  const isRight = {
    gas: to === wallet,
    cancel: to === mined.from && valueWei === 0n,
    nothing: !mined.ok || valueWei === 0n,
    sweep:
      asset === 'native'
        ? to !== null && coldWallets.has(to)
        : to === asset && valueWei === 0n && isTransferTo(data, coldWallets),
  }[kind]
  if (isRight) return []
  const words = `a ${kind} transaction went to ${to}, not where it should`
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

/** The attempt's row against what the chain holds under its hash. */
function signedRow({ mined, intent }: Movement): readonly Difference[] {
  if (!intent) return []
  const attempt = intent.attempts.find(({ hash }) => hash === mined.hash)
  const isSame =
    attempt?.valueWei === mined.valueWei &&
    intent.sender === mined.from &&
    intent.nonce === mined.nonce
  if (isSame) return []
  const words = `its row says ${attempt?.valueWei} wei from ${intent.sender} with nonce ${intent.nonce}, the chain ${mined.valueWei} wei from ${mined.from} with nonce ${mined.nonce}`
  return [{ ...plain, kind: 'row', address: intent.sender, words, rows: [intent.key, mined.hash] }]
}

function sweepRows(rows: BookRows, mined: MinedByHash): readonly Difference[] {
  return rows.sweeps.flatMap(({ id, txHash, wallet, asset, arrivedAmount }): Difference[] => {
    const found = mined.get(txHash)
    const arrived = found ? sweptBy({ mined: found, wallet, asset }, rows.coldWallets).arrived : 0n
    if (arrived === arrivedAmount) return []
    const words = `the sweep's row says that ${arrivedAmount} arrived, the chain says ${found ? arrived : 'nothing of its transaction'}`
    const missing = arrivedAmount - arrived
    return [{ kind: 'row', address: wallet, asset, missing, words, rows: [`sweep ${id}`, txHash] }]
  })
}

/**
 * Every nonce that an address has used since its lane's entry has a row, and the row a mined
 * transaction.
 */
function usedNonces(
  rows: BookRows,
  movements: readonly Movement[],
  nonces: Nonces,
): readonly Difference[] {
  const key = (sender: Address, nonce: bigint) => `${sender} ${nonce}`
  const explained = new Set([
    ...movements.map(({ mined }) => key(mined.from, mined.nonce)),
    ...rows.foreign.map(({ sender, nonce }) => key(sender, nonce)),
  ])
  return rows.lanes.flatMap(({ sender, entryNonce }): Difference[] => {
    const missing: bigint[] = []
    for (let nonce = entryNonce; nonce < (nonces.get(sender) ?? 0n); nonce += 1n)
      if (!explained.has(key(sender, nonce))) missing.push(nonce)
    if (missing.length === 0) return []
    const words = `no row explains what used ${missing.length} of its nonces: ${missing.slice(0, 20).join(', ')}`
    const named = rows.intents
      .filter((intent) => intent.sender === sender && missing.includes(intent.nonce))
      .map((intent) => intent.key)
    return [{ ...plain, kind: 'nonce', address: sender, words, rows: named }]
  })
}
