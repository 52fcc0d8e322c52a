import { getAddress } from 'viem/utils'
import type { Address } from '../../domain/address.ts'
import type { Answer, Wording } from './answer.ts'
import type { ShownMovement } from './shown-movements.ts'
import { rescanOf, type TransferFacts } from './transfer-facts.ts'

/** Explains why the rule credits a transfer that no row has. */
export function explainMissing(
  movement: ShownMovement,
  wallet: Address,
  facts: TransferFacts,
  { commands }: Wording,
): Answer {
  const { chain, rows, block, unread, hash, own } = facts
  const { scanner } = rows
  const again = commands.explain(hash)
  const rescan = (why: string) => rescanOf(chain, rows, block.number, hash, commands, why)
  const first =
    scanner?.startHeight ?? (chain.startBlock === 'latest' ? undefined : chain.startBlock)
  if (first !== undefined && block.number < first) {
    return {
      cause: 'before-start',
      why: `block ${block.number} is before block ${first}, the first that the scanner of ${chain.name} reads (startBlock), so it is not credited until the block is rescanned`,
      commands: scanner ? rescan('payment before startBlock') : [again],
    }
  }
  if (!scanner) {
    return {
      cause: 'scanner-not-started',
      why: `no scanner has ever run for ${chain.name}: it reads block ${block.number} only if startBlock is at or below it`,
      commands: [again],
    }
  }
  if (block.number > scanner.height) {
    return {
      cause: 'unread-block',
      why: `the scanner of ${chain.name} has read up to block ${scanner.height} (${scanner.updatedAt.toISOString()}) and the transaction is in block ${block.number}; it is credited when the scanner gets there`,
      commands: [again],
    }
  }
  const open = unread.find(({ chainId }) => chainId === chain.id)
  if (open) {
    return {
      cause: 'unread-transaction',
      why: `no node could show the transaction to the scanner: ${open.why}${open.answeredBy === null ? '' : `; ${open.answeredBy} answered that it credits nothing`}`,
      commands:
        open.answeredBy === null
          ? [commands.unreadRetry(chain.id, hash, 'nodes show it now'), again]
          : rescan('it was answered as crediting nothing'),
    }
  }
  const range = rows.unreadBlocks
  if (range && block.number >= range.from && block.number <= range.to) {
    return {
      cause: 'unread-transaction',
      why: `block ${block.number} is one of the unread blocks ${range.from} to ${range.to}: ${range.why}`,
      commands: [commands.unreadRetry(chain.id, 'blocks', 'nodes show them now'), again],
    }
  }
  const readTo = movement.asset === 'native' ? null : rows.tokensReadTo.get(movement.asset)
  if (readTo === undefined || (readTo !== null && block.number > readTo)) {
    return {
      cause: 'late-token',
      why: `the token was listed after block ${block.number} was read, so its transfers there were not looked for; the scanner that lists it backfills lateWalletBlocks, older blocks need a rescan`,
      commands: rescan('token listed late'),
    }
  }
  if (movement.isInternal && chain.internalTransfers !== 'trace') {
    return {
      cause: 'not-traced',
      why: `a contract paid it inside the transaction, and the scanner of ${chain.name} does not trace (internalTransfers: ${chain.internalTransfers}). Set internalTransfers: trace for the chain, then rescan the block`,
      commands: rescan('internal transfer'),
    }
  }
  const since = own.walletsSince.get(wallet)
  if (since && since.getTime() > Number(block.timestamp) * 1000) {
    return {
      cause: 'late-wallet',
      why: `the scanner first read ${getAddress(wallet)} from userwallet at ${since.toISOString()}, after this block; payments older than lateWalletBlocks are not found by themselves`,
      commands: rescan('wallet listed late'),
    }
  }
  return {
    cause: 'missed',
    why: `the credit rule makes it a deposit, but no row has it, although the scanner has read block ${block.number}: its nodes may have left it out (or a token or wallet was listed later)`,
    commands: rescan('transfer without a row'),
  }
}
