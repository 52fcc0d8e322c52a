import type { SeenDeposit } from '../domain/deposit.ts'
import type { UnconfirmedReason } from '../domain/deposit-state.ts'
import { readTransfer } from '../domain/erc20.ts'
import { QuorumDisagrees, QuorumShort } from '../domain/errors.ts'
import type { DepositWitness } from '../domain/ports/deposit-witness.ts'

/** Why a deposit is not handed on. */
export interface Doubt {
  readonly reason: UnconfirmedReason
  readonly detail: string
}

/**
 * MONEY 20: what one node told about a deposit, held against what enough of them say about its block, its receipt and,
 * for native coin, its payment or its trace. undefined when all of it is so.
 */
export async function doubtAbout(
  witness: DepositWitness,
  deposit: SeenDeposit,
): Promise<Doubt | undefined> {
  try {
    const different = await differenceOf(witness, deposit)
    if (different === undefined) return undefined
    const detail = `the rpc endpoints say otherwise than the one it was read from: ${different}`
    return { reason: 'rpc-disagreement', detail }
  } catch (error) {
    if (error instanceof QuorumShort) return { reason: 'rpc-quorum', detail: error.message }
    if (error instanceof QuorumDisagrees)
      return { reason: 'rpc-disagreement', detail: error.message }
    throw error
  }
}

async function differenceOf(
  witness: DepositWitness,
  deposit: SeenDeposit,
): Promise<string | undefined> {
  const { blockNumber, blockHash, txHash, txIndex } = deposit
  const canonical = await witness.blockHash(blockNumber)
  if (canonical === undefined) throw new QuorumShort(`the nodes have no block ${blockNumber} yet`)
  if (canonical !== blockHash) return `block ${blockNumber} is ${canonical}, not ${blockHash}`
  const receipt = await witness.receipt(txHash)
  if (receipt?.blockHash !== blockHash)
    return `transaction ${txHash} is not in block ${blockNumber}`
  if (!receipt.ok) return `transaction ${txHash} failed`
  if (receipt.transactionIndex !== txIndex) return `transaction ${txHash} has another place`
  if (deposit.position === 'native') return await nativeDifference(witness, deposit)
  if (deposit.asset === 'native') return await innerDifference(witness, deposit)
  const log = receipt.logs[deposit.logOrder]
  const transfer = log && readTransfer(log)
  const same =
    transfer?.token === deposit.asset &&
    transfer.from === deposit.sender &&
    transfer.to === deposit.wallet &&
    transfer.amount === deposit.amount
  return same ? undefined : `log ${deposit.logOrder} of ${txHash} is not this transfer`
}

async function nativeDifference(
  witness: DepositWitness,
  { txHash, sender, wallet, amount }: SeenDeposit,
): Promise<string | undefined> {
  const payment = await witness.payment(txHash)
  const same = payment?.from === sender && payment.to === wallet && payment.valueWei === amount
  return same ? undefined : `${txHash} pays ${payment?.valueWei} wei to ${payment?.to}`
}

async function innerDifference(
  witness: DepositWitness,
  { txHash, position, sender, wallet, amount }: SeenDeposit,
): Promise<string | undefined> {
  const path = position.slice('native-'.length)
  const payment = await witness.inner(txHash, path)
  const same = payment?.from === sender && payment.to === wallet && payment.value === amount
  return same ? undefined : `no contract pays this in ${txHash} at ${path}`
}
