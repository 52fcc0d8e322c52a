import { type Hex, parseUnits } from 'viem'
import { type Asset, findAsset } from '../script/assets.ts'
import { type Cast, personNamed } from '../script/cast.ts'
import type { PlannedDeposit } from '../script/script.ts'
import type { Sender } from './devnet.ts'
import { transferCall } from './tokens-on-chain.ts'

const PAYMENT_GAS = 21_000n

/** A planned deposit whose transaction the node has accepted. */
export interface SentDeposit extends PlannedDeposit {
  hash: Hex
}

/** Sends the deposits in the order of the script, without waiting for blocks. */
export function sendDeposits(
  sender: Sender,
  cast: Cast,
  assets: readonly Asset[],
  deposits: readonly PlannedDeposit[],
): Promise<SentDeposit[]> {
  return Promise.all(
    deposits.map(async (deposit) => {
      const { token, decimals } = findAsset(assets, deposit.asset)
      const to = personNamed(cast, deposit.to).address
      const amount = parseUnits(deposit.amount, decimals)
      const call = token ? transferCall(token, to, amount) : { to, value: amount, gas: PAYMENT_GAS }
      return { ...deposit, hash: await sender.send(call) }
    }),
  )
}
