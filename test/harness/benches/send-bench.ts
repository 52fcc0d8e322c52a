import { trackLanes } from '../../../transactions/track/track-lanes.ts'
import { aMoneyChain } from './a-money-chain.ts'
import { laneBench } from './lane-bench.ts'
import type { OwnLedger } from './own-ledger.ts'

export type SendBench = ReturnType<typeof sendBench>

/**
 * Creates a fake chain that can refuse, drop or hide transactions, with rows in a real database.
 */
export function sendBench(ledger: OwnLedger, more: Parameters<typeof aMoneyChain>[0] = {}) {
  const chain = aMoneyChain(more)
  const bench = laneBench(ledger, chain)
  /** Polls the lanes once with some node methods replaced. Returns the error if the poll throws. */
  const pollWith = async (differs: Partial<Record<keyof typeof chain.fake, unknown>>) => {
    const node = Object.assign(Object.create(chain.fake), differs)
    const { log, metrics } = bench
    const { cursors, lanes } = ledger
    return await trackLanes({
      chain: { ...chain, state: node, broadcaster: node },
      cursors,
      lanes,
      log,
      metrics,
    }).catch((error: unknown) => error)
  }
  return { chain, ...bench, pollWith }
}

/** Stores a `funding` deposit whose gas transaction is signed and broadcast once. */
export async function aFunding(ledger: OwnLedger, { chain, gas, sent }: SendBench) {
  const wallet = chain.addWallet().address
  const { deposit, sweep } = await ledger.claimed(
    { chainId: chain.chain.id, wallet, asset: chain.chain.tokens[0]?.id ?? 'native' },
    'run',
  )
  const depositId = deposit.id
  await ledger.sweeps.setState({ depositId, state: 'funding', reason: '', detail: '' })
  const transaction = await sent(gas({ sweepId: sweep.id, wallet }))
  const row = async () => {
    const { state, reason, detail } = await ledger.read(depositId)
    return { state: reason ? `${state}(${reason})` : state, detail }
  }
  return { transaction, row }
}
