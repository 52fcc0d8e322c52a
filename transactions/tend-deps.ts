import type { LaneWatch } from '../domain/lanes/lane-watch.ts'
import type { Lanes } from '../domain/lanes/lanes.ts'
import type { Log, Metrics } from '../domain/process.ts'
import type { MoneyChain } from './sign/money-chain.ts'

/** What the lane loop works with. */
export interface TendDeps {
  readonly chain: MoneyChain
  readonly watch: LaneWatch
  /** Where bumps and cancels are signed. */
  readonly lanes: Pick<Lanes, 'withLane'>
  readonly log: Log
  readonly metrics: Metrics
}
