import { getAddress } from 'viem/utils'
import type { Address } from '../../domain/address.ts'
import type { DepositView } from '../../domain/deposits/deposit-view.ts'
import { judgeMovement, type NoCredit } from '../../domain/scan/credit-rule.ts'
import type { Answer, Wording } from './answer.ts'
import { explainDeposit } from './explain-deposit.ts'
import { explainMissing } from './explain-missing.ts'
import type { OwnAddresses } from './own-addresses.ts'
import type { ShownMovement } from './shown-movements.ts'
import { rescanOf, type TransferFacts } from './transfer-facts.ts'

/** Applies the scanner's credit rule to one transfer and explains the result from the rows. */
export function explainTransfer(
  movement: ShownMovement,
  view: DepositView | undefined,
  facts: TransferFacts,
  wording: Wording,
): Answer {
  const { commands } = wording
  const isBack = view?.deposit.state === 'orphaned'
  if (isBack && facts.ok) return explainBack(view, facts, wording)
  if (view && !isBack) return explainDeposit(view, facts.rows, wording)
  if (!facts.ok) return explainFailed(movement, facts, wording)
  if (movement.position === 'call') return explainUnlogged(movement, wording)
  const verdict = judge(movement, facts)
  if (typeof verdict === 'string') return explainNoCredit(verdict, movement, facts, wording)
  if (verdict.kind === 'refill') {
    return {
      cause: 'refill',
      why: `refills the gas keeper ${getAddress(verdict.to)}; it is no user’s deposit`,
      commands: [commands.keeper(facts.chain.id)],
    }
  }
  return explainMissing(movement, verdict.to, facts, wording)
}

/**
 * The scanner's verdict. A payment of a keeper stays gas money after the scanner reads the row of
 * its receiver.
 */
function judge(movement: ShownMovement, { signers, own }: TransferFacts) {
  const verdict = judgeMovement(movement, signers, own.watch)
  if (verdict !== 'unknown-receiver' || !isListed(own, movement.to)) return verdict
  const later = judgeMovement(movement, signers, { ...own.watch, isWallet: () => true })
  return later === 'keeper-money' ? later : verdict
}

function explainFailed(
  { to, text }: ShownMovement,
  { gas }: TransferFacts,
  { commands }: Wording,
): Answer {
  const again = text === undefined ? '; the sender still has the amount and must send it again' : ''
  return {
    cause: 'failed',
    why: `the transaction failed on the chain (${gasWords(gas)}), so nothing moved and nothing is credited${again}`,
    commands: to === null ? [] : [commands.explain(getAddress(to))],
  }
}

function gasWords({ used, limit }: TransferFacts['gas']): string {
  if (limit === null) return `it used ${used} gas`
  if (used >= limit) return `it used all ${limit} gas of its limit: most likely out of gas`
  const told = `it used ${used} of ${limit} gas`
  // A called contract gets at most 63/64 of the gas, so the rest is left when the call runs out.
  return used * 64n >= limit * 62n ? `${told}: it may have run out of gas` : told
}

/** The calldata asks for a transfer, the transaction succeeded, and no log shows a transfer. */
function explainUnlogged({ asset, to }: ShownMovement, { commands }: Wording): Answer {
  return {
    cause: 'zero',
    why: `the call asks ${getAddress(asset)} for this transfer, and that address logged no transfer: a token that answers false (paused, blocked) or no token at all; nothing is credited`,
    commands: to === null ? [] : [commands.explain(getAddress(to))],
  }
}

/** A reorg removed the deposit, and the chain has its transaction again. */
function explainBack(
  { deposit }: DepositView,
  { chain, rows, block, hash }: TransferFacts,
  { commands }: Wording,
): Answer {
  return {
    cause: 'orphaned',
    why: `a reorg removed block ${deposit.blockNumber} that contained it; the chain has it again, in block ${block.number}, where the scanner finds it by itself or a rescan does`,
    commands: rescanOf(chain, rows, block.number, hash, commands, 'back after a reorg'),
  }
}

function explainNoCredit(
  verdict: NoCredit,
  movement: ShownMovement,
  facts: TransferFacts,
  { commands }: Wording,
): Answer {
  const { chain, own } = facts
  const to = movement.to === null ? '' : getAddress(movement.to)
  const show = to === '' ? [] : [commands.explain(to)]
  const role = movement.to === null ? undefined : own.roleOf(movement.to)
  switch (verdict) {
    case 'no-receiver':
      return {
        cause: 'no-receiver',
        why:
          movement.amount === 0n
            ? 'the transaction creates a contract and pays nobody'
            : 'the transaction creates a contract and pays the new contract, which is no user wallet',
        commands: [],
      }
    case 'zero':
      return {
        cause: 'zero',
        why:
          movement.text === undefined
            ? 'moves an amount of 0, which credits nobody'
            : 'a call with value 0 that logged no transfer of a token, so nobody is credited',
        commands: show,
      }
    case 'to-itself':
      return {
        cause: 'to-itself',
        why: 'sender and receiver are the same address, so its balance is unchanged',
        commands: show,
      }
    case 'keeper-money':
      return {
        cause: 'keeper-money',
        why: 'a gas keeper paid it: gas money for a sweep is never a user’s deposit',
        commands: [commands.keeper(chain.id)],
      }
    case 'unlisted-token':
      if (role !== 'user wallet' && !isListed(own, movement.to)) break
      return explainUnlisted(movement, facts, { commands })
    case 'unknown-receiver':
      break
  }
  if (role !== undefined) {
    return {
      cause: 'own-address',
      why: `goes to ${to}, which is a ${role} of ${chain.name} and no user wallet`,
      commands: show,
    }
  }
  return explainUnknown(movement, to, facts, { commands })
}

function explainUnlisted(
  { asset }: ShownMovement,
  { chain, rows, block, hash, tokens }: TransferFacts,
  { commands }: Pick<Wording, 'commands'>,
): Answer {
  const token = getAddress(asset)
  const { symbol, decimals } = tokens.get(asset) ?? {}
  const entry = `- { address: "${token}", symbol: ${symbol ?? '<symbol>'}, decimals: ${decimals ?? '<decimals>'}, min: "1" }`
  return {
    cause: 'unlisted-token',
    why: `the token ${token}${symbol === undefined ? '' : ` (it calls itself ${symbol}; anybody can name a token so)`} is not listed in coldsweep.yaml for ${chain.name}, so its transfers are not deposits. If it is a token that you accept: add the entry below to the chain’s tokens with a minimum of your choice, restart all workers, then all scanners; a new list of tokens reads the last lateWalletBlocks by itself, and the command reads an older block`,
    add: { to: 'coldsweep.yaml', text: entry },
    commands: rescanOf(chain, rows, block.number, hash, commands, 'token listed late'),
  }
}

function explainUnknown(
  { asset }: ShownMovement,
  to: string,
  { chain, rows, own, block, hash }: TransferFacts,
  { commands }: Pick<Wording, 'commands'>,
): Answer {
  const { listed } = own
  if (isListed(own, to.toLowerCase() as Address)) {
    return {
      cause: 'wallet-not-read',
      why: `${to} is in userwallet, but the scanner has not read that row yet; it does so within walletRefreshSeconds, and then backfills lateWalletBlocks`,
      commands: rescanOf(chain, rows, block.number, hash, commands, 'wallet listed late'),
    }
  }
  const asked =
    'why' in listed
      ? `the scanner has never read ${to} from userwallet (the table was not asked now: ${listed.why})`
      : `${to} is not in userwallet`
  const also =
    asset !== 'native' && !own.watch.tokens.has(asset) ? '; its token is not listed either' : ''
  return {
    cause: 'unknown-wallet',
    why: `${asked}, and it is no keeper, cold wallet or token of ${chain.name}${also}. If it belongs to a user, add its row with its key, then rescan the block`,
    add: { to: 'userwallet', text: walletRow(to) },
    commands: rescanOf(chain, rows, block.number, hash, commands, 'wallet listed late'),
  }
}

const isListed = ({ listed }: OwnAddresses, address: Address | null) =>
  address !== null && !('why' in listed) && listed.has(address)

/** SQL for the exchange's database. The operator fills in the key. */
const walletRow = (address: string) =>
  `insert into userwallet (address, private_key, currency) values ('${address}', '<private key of ${address}>', '<currency>');`
