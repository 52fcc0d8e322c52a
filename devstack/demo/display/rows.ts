import postgres from 'postgres'

/**
 * A deposit, read from coldsweep's own tables for the display. The judge does not use these rows;
 * it reads the chain.
 */
export interface Row {
  id: string
  txHash: string
  /** `native` or the token's address, lower-case. */
  asset: string
  /** Lower-case. */
  wallet: string
  amount: bigint
  /** State with its reason, such as `waiting(keeper-low)`. */
  state: string
  detail: string
  /** Hash of the gas transaction's newest attempt, or null. */
  gasTx: string | null
  sweepTx: string | null
}

export interface RowReader {
  /** Reads all deposits, in order of detection. */
  read(): Promise<Row[]>
  /** Height up to which the scanner has confirmed deposits; -1 before its first scan. */
  confirmedHeight(): Promise<number>
  close(): Promise<void>
}

interface RawRow extends Omit<Row, 'amount' | 'state'> {
  amount: string
  state: string
  reason: string
}

/** Connects to coldsweep's database, to read deposits and the scanner's progress. */
export function openRows(database: string): RowReader {
  const sql = postgres(database, { max: 1, onnotice: () => {} })
  return {
    async read() {
      const rows = await sql<RawRow[]>`
        select d.id, d.tx_hash as "txHash", d.asset, d.wallet, d.amount::text as amount,
          d.state, d.reason, d.detail,
          (${newestAttempt(sql, 'gas')}) as "gasTx", (${newestAttempt(sql, 'sweep')}) as "sweepTx"
        from deposits d
        order by d.detected_at, d.block_number, d.tx_index, d.log_order`
      return rows.map(({ reason, ...row }) => ({
        ...row,
        amount: BigInt(row.amount),
        state: reason ? `${row.state}(${reason})` : row.state,
      }))
    },
    async confirmedHeight() {
      const [cursor] = await sql<{ height: string | null }[]>`
        select final_height::text as height from scan_cursors`
      return Number(cursor?.height ?? -1)
    },
    close: () => sql.end({ timeout: 1 }),
  }
}

function newestAttempt(sql: postgres.Sql, step: 'gas' | 'sweep') {
  return sql`
    select a.hash from transactions t join attempts a on a.transaction_key = t.key
    where t.sweep_id = d.sweep_id and t.step = ${step}
    order by t.round desc, a.number desc limit 1`
}
