import type { Address, Hex } from '../../domain/address.ts'
import { whyAboveCap, whyAboveGasCap } from '../../domain/chains/caps.ts'
import type { Chain } from '../../domain/chains/chain.ts'
import { findAsset } from '../../domain/chains/chain.ts'
import { encodeTransfer } from '../../domain/chains/erc20.ts'
import type { SignedFees } from '../../domain/chains/fees.ts'
import type {
  DrainDestination,
  Intent,
  UnsignedTransaction,
} from '../../domain/lanes/transaction.ts'
import { PolicyRefused } from '../../domain/money-errors.ts'
import { readFees, readIntent, readNonce } from './read-intent.ts'

/** Facts about the chain that the caps need (MONEY 26). */
export interface AttemptFacts {
  /** The rollup's fee of this attempt, which the chain charges in addition; 0n on an L1. */
  readonly l1FeeWei: bigint
  /** Recorded gas of a plain transfer on the chain. */
  readonly transferGas: bigint
  /**
   * Replacements only: the gas limit that was signed before. The next attempt may have it again,
   * because a live transaction has to be finished although its cap has fallen. @default 0n
   */
  readonly signedGas?: bigint
}

/**
 * Builds the unsigned transaction of an intent. MONEY 18: no other code does this. The destination
 * is decided here, never by the intent: sweeps pay the chain's cold wallet, gas pays the wallet
 * that needs it, a drain pays the current keeper or the cold wallet, and a cancel pays its sender
 * nothing. MONEY 26: the cost is within the operator's caps, for every attempt.
 * @throws PolicyRefused
 */
export function buildTransaction(
  chain: Chain,
  asked: Intent,
  askedNonce: bigint,
  askedFees: SignedFees,
  { l1FeeWei, transferGas, signedGas = 0n }: AttemptFacts,
): UnsignedTransaction {
  const intent = readIntent(asked)
  const fees = readFees(askedFees)
  const nonce = readNonce(askedNonce)
  refuse(
    intent.chainId !== chain.id,
    `intent is for chain ${intent.chainId}; this signer signs for chain ${chain.id}`,
  )
  refuse(intent.wallet === chain.coldWallet, 'the cold wallet is not a user wallet')
  // A cancel pays 0 to its own sender, so the keeper may be the sender.
  refuse(
    intent.wallet === chain.gasKeeper.address && intent.kind !== 'cancel',
    'the gas keeper is not a user wallet',
  )
  refuse(
    chain.tokens.some((token) => token.id === intent.wallet),
    'a token contract is not a user wallet',
  )
  refuse(
    fees.maxFeeWei > chain.gas.maxFeeWei,
    `fee ${fees.maxFeeWei} wei is above the chain's ceiling`,
  )
  refuse(fees.maxPriorityFeeWei > fees.maxFeeWei, 'the tip is above the max fee')
  refuse(fees.maxPriorityFeeWei < 0n, 'the tip is negative')
  refuse(fees.gasLimit <= 0n, 'the gas limit is not positive')
  refuse(nonce < 0n, 'the nonce is negative')
  refuse(typeof l1FeeWei !== 'bigint' || l1FeeWei < 0n, 'the L1 fee is negative')
  const { to, valueWei, data } = effectOf(chain, intent)
  const swept = intent.kind === 'sweep-native' ? { sweptWei: valueWei } : {}
  const asset = intent.kind === 'sweep-token' ? to : 'native'
  const { gasLimit } = fees
  const tooMuch =
    gasLimit <= signedGas ? undefined : whyAboveGasCap(chain, { asset, gasLimit, transferGas })
  const above = tooMuch ?? whyAboveCap(chain.gas, { ...fees, l1FeeWei, ...swept })
  if (above !== undefined) throw new PolicyRefused(above)
  return { chainId: chain.id, feeMode: chain.feeMode, nonce, to, valueWei, data, fees }
}

/** Returns the address whose key signs the intent. */
export function senderOf(chain: Chain, intent: Intent): Address {
  return intent.kind === 'fund-gas' ? chain.gasKeeper.address : intent.wallet
}

/** Registered address that receives a retired keeper's rest. */
export function drainAddress(chain: Chain, to: DrainDestination): Address {
  return to === 'keeper' ? chain.gasKeeper.address : chain.coldWallet
}

function effectOf(chain: Chain, intent: Intent): { to: Address; valueWei: bigint; data: Hex } {
  switch (intent.kind) {
    case 'fund-gas':
      refuse(intent.valueWei <= 0n, 'gas value is not positive')
      refuse(intent.valueWei > chain.gas.maxPerSweepWei, 'gas value exceeds gas.maxPerSweep')
      return { to: intent.wallet, valueWei: intent.valueWei, data: '0x' }
    case 'sweep-native':
      refuse(intent.valueWei <= 0n, 'sweep value is not positive')
      refuse(intent.valueWei >= 2n ** 256n, 'value exceeds uint256')
      return { to: chain.coldWallet, valueWei: intent.valueWei, data: '0x' }
    case 'sweep-token': {
      refuse(intent.amount <= 0n, 'sweep amount is not positive')
      refuse(intent.amount >= 2n ** 256n, 'value exceeds uint256')
      const token = findAsset(chain, intent.token)
      if (!token || token.id === 'native')
        throw new PolicyRefused(`${intent.token} is not listed on ${chain.name}`)
      return { to: token.id, valueWei: 0n, data: encodeTransfer(chain.coldWallet, intent.amount) }
    }
    case 'drain-keeper':
      refuse(intent.valueWei <= 0n, 'drain value is not positive')
      refuse(intent.valueWei >= 2n ** 256n, 'value exceeds uint256')
      return { to: drainAddress(chain, intent.to), valueWei: intent.valueWei, data: '0x' }
    case 'cancel':
      return { to: intent.wallet, valueWei: 0n, data: '0x' }
    default:
      throw new PolicyRefused('unknown intent kind')
  }
}

function refuse(broken: boolean, why: string): void {
  if (broken) throw new PolicyRefused(why)
}
