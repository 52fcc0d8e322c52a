import { describeRows } from '../../../../devstack/demo/display/describe-row.ts'
import type { Row } from '../../../../devstack/demo/display/rows.ts'
import { drawCast } from '../../../../devstack/demo/script/cast.ts'
import { alice, assets } from '../judge/a-ledger.ts'

const hash = `0x${'5'.repeat(64)}`

/** Returns the row of a waiting deposit of 1.5 ETH to alice. `more` overrides its fields. */
export function aRow(more: Partial<Row> = {}): Row {
  return {
    id: `4711:${hash}:native`,
    txHash: hash,
    asset: 'native',
    wallet: alice,
    amount: 1_500_000_000_000_000_000n,
    state: 'waiting(queued)',
    detail: '',
    gasTx: null,
    sweepTx: null,
    ...more,
  }
}

/** Describes a row for the displays of the demo. The only customer is alice. */
export const describe = describeRows(
  [{ ...drawCast().keeper, name: 'alice', address: alice }],
  assets,
)
