import { createTransferGasStore } from '../../adapters/drizzle/chains/transfer-gas-store.ts'
import { median } from '../../adapters/viem/fees/median.ts'
import type { ChainConfig, Needs } from '../../config/schema/config.ts'
import { measureTransferGas } from '../../domain/chains/nodes/measure-transfer-gas.ts'
import { plainTransferGas } from '../../domain/chains/transfer-gas.ts'
import { chainStateOf } from '../session/chain-state-of.ts'
import { withDatabase } from '../session/with-database.ts'
import { type CheckResult, passed, warning } from './check-result.ts'

/**
 * MONEY 8: measures the gas of a plain transfer (the median of all endpoints) and records it in the
 * database. Native sweeps and gas funding are signed with the recorded gas; a node's estimate
 * raises it by a quarter at most. The usual 21,000 gas are recorded without a message.
 */
export async function checkTransferGas(
  chain: ChainConfig,
  path: string,
  database: Needs['database'] | undefined,
): Promise<CheckResult[]> {
  const where = `${path}.gas`
  const measured = await measure(chain)
  if (!measured) {
    const fix = 'use another node; without a measurement plain transfers are signed with 21000 gas'
    return [warning('transfer-gas', where, 'no node estimates the gas of a plain transfer', fix)]
  }
  const { gas } = measured
  const before = database && (await record(database, chain.id, measured).catch(() => undefined))
  if (gas === plainTransferGas && (!before || before.gas === gas)) return []
  const what = `a plain transfer takes ${gas} gas here, not ${plainTransferGas}`
  if (before) {
    const changed = before.gas === gas ? '' : ` (${before.gas} before)`
    return [
      passed(
        where,
        gas === plainTransferGas
          ? `a plain transfer takes ${gas} gas${changed}`
          : `${what}: recorded${changed}`,
      ),
    ]
  }
  const fix = 'run "coldsweep migrate", then this check again, to record it before the first sweep'
  return [warning('transfer-gas', where, `${what}, but the database could not record it`, fix)]
}

async function measure(chain: ChainConfig): Promise<Measured | undefined> {
  const states = chain.rpcUrls.map((url) => chainStateOf({ ...chain, rpcUrls: [url] }))
  const each = await Promise.all(
    states.map((state) =>
      measureTransferGas(state, chain.gasKeeper.address).catch(() => undefined),
    ),
  )
  const gas = median(
    each.filter((one) => one !== undefined),
    (one) => one,
    'upper',
  )
  const [state] = states
  if (gas === undefined || !state) return undefined
  const { number: blockNumber } = await state.head()
  return { gas, blockNumber, measuredBy: 'config check' }
}

interface Measured {
  readonly gas: bigint
  readonly blockNumber: bigint
  readonly measuredBy: string
}

/**
 * Records the measurement.
 * @returns the previous record, or this measurement if there was none
 */
async function record(
  database: Needs['database'],
  chainId: number,
  measured: Measured,
): Promise<{ readonly gas: bigint }> {
  return await withDatabase(database, async (db) => {
    const book = createTransferGasStore(db)
    const before = await book.read(chainId)
    await book.replaceRecord(chainId, measured)
    return before ?? measured
  })
}
