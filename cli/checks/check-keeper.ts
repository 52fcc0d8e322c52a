import { toEip55 } from '../../adapters/viem/to-eip55.ts'
import { createTransactionCodec } from '../../adapters/viem/transaction-codec.ts'
import type { ChainConfig } from '../../config/schema/config.ts'
import type { Secret } from '../../config/schema/secret.ts'
import type { Hex } from '../../domain/address.ts'
import { formatUnits } from '../../domain/amount.ts'
import type { ChainState } from '../../domain/chains/nodes/chain-state.ts'
import { type CheckResult, failed, passed, warning } from './check-result.ts'

/**
 * MONEY 14: checks that the private key belongs to the keeper's address. Opens no connection, and
 * never shows the key.
 */
export function checkKeeperKey(chain: ChainConfig, key: Secret, path: string): CheckResult {
  const where = `${path}.gasKeeper.address`
  const keeper = toEip55(chain.gasKeeper.address)
  const fits = createTransactionCodec().addressOfKey(key.reveal() as Hex)
  if (fits === chain.gasKeeper.address) return passed(where, `the private key belongs to ${keeper}`)
  return failed(
    'keeper-key',
    where,
    fits === undefined
      ? `invalid private key for ${keeper}`
      : `the private key belongs to ${toEip55(fits)}, not to ${keeper}`,
    `fix the address, or GAS_KEEPER_PRIVATE_KEY_${chain.id} (or GAS_KEEPER_PRIVATE_KEY)`,
  )
}

/** Warns if the keeper's native balance is below `alertBelow`. */
export async function checkKeeperBalance(
  chain: ChainConfig,
  state: ChainState,
  path: string,
): Promise<CheckResult> {
  const { address, alertBelowWei } = chain.gasKeeper
  const where = `${path}.gasKeeper`
  const balance = await state.nativeBalance(address, (await state.head()).hash)
  const coins = (wei: bigint) => `${formatUnits(wei, chain.native.decimals)} ${chain.native.symbol}`
  if (balance >= alertBelowWei) return passed(where, `holds ${coins(balance)}`)
  return warning(
    'keeper-low',
    where,
    `${toEip55(address)} holds ${coins(balance)}, less than alertBelow (${coins(alertBelowWei)})`,
    'send native coin to the keeper; sweeps that wait for gas continue by themselves',
  )
}
