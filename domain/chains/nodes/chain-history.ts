import type { Hash } from '../../address.ts'
import type { MinedTransaction } from '../mined-transaction.ts'

/**
 * What the chain remembers of single transactions. Needs no old state: full nodes serve it. Errors
 * as in ChainReader.
 */
export interface ChainHistory {
  /**
   * undefined where no block has it. Throws `ChainMoved` when transaction and receipt are not of
   * one block; several endpoints `QuorumShort` and `QuorumDisagrees` (MONEY 20).
   */
  mined(hash: Hash): Promise<MinedTransaction | undefined>
}
