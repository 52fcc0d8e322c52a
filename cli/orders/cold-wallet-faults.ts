import { inspectCentral } from '../../adapters/central/inspect-central.ts'
import type { ChainConfig, Config } from '../../config/schema/config.ts'
import type { Address } from '../../domain/address.ts'
import { ownAddresses } from '../../domain/chains/start-errors.ts'
import { CentralDatabaseRefused, CentralDatabaseUnreachable } from '../../domain/errors.ts'
import { chainStateOf } from '../session/chain-state-of.ts'
import { explainError } from '../session/explain-error.ts'

/**
 * Why an address must not become a cold wallet, by `userwallet` and coldsweep.yaml (MONEY 18). Throws
 * while the central database cannot be read.
 */
export async function coldWalletFault(
  config: Config<'central'>,
  address: Address,
): Promise<string | undefined> {
  const own = ownAddresses(config.chains).find(
    (it) => it.address === address && !it.what.startsWith('cold wallet'),
  )
  if (own) return `it is the ${own.what}`
  const report = await inspectCentral(config.central.url.reveal(), [address])
  if (report.unreachable !== undefined) throw new CentralDatabaseUnreachable(report.unreachable)
  if (report.tableMissing) throw new CentralDatabaseRefused('no table userwallet')
  return report.hits.has(address) ? 'it is a user wallet: userwallet has it' : undefined
}

/** A warning where the address is a contract, or no node can tell. */
export async function coldWalletWarning(
  chain: ChainConfig,
  address: Address,
): Promise<string | undefined> {
  try {
    const state = chainStateOf(chain)
    const { hash } = await state.head()
    const code = await state.code(address, hash)
    if (code === '0x') return undefined
    return `it is a contract on ${chain.name}: make sure that you control it on this chain`
  } catch (error) {
    return `could not check whether it is a contract: ${explainError(error).message}`
  }
}
