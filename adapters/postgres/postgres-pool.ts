import type { Sql } from 'postgres'
import { withTimeout } from '../../runtime/timeout.ts'
import { isLoss } from './postgres-failure.ts'

export interface PostgresPool {
  /**
   * Runs `work` on a connection that is its own until it settles, in the order of asking. The clock
   * of a limit starts with the work, not with the wait for a connection; when it ends, the
   * connection is broken and `late()` is the error.
   */
  use<T>(work: (sql: Sql) => PromiseLike<T>, limit?: Limit): Promise<T>
  /**
   * Breaks all connections: what waits on them rejects, and the next work connects again. For a
   * server gone silent.
   */
  renew(): void
  /** Waits for the work under way, at most 5 s. */
  close(): Promise<void>
}

export interface Limit {
  readonly ms: number
  readonly late: () => Error
}

export interface PoolOptions {
  readonly max: number
  /** Makes a client of one connection that has not connected yet. */
  readonly open: (onClose: () => void) => Sql
}

/**
 * A pool that never uses a connection again after its loss; the driver's own pool does (README,
 * fault 1). It opens nothing before the first work.
 */
export function openPostgresPool(options: PoolOptions): PostgresPool {
  let current = openConnections(options)
  let closed = false
  return {
    use: (work, limit) => current.use(work, limit),
    renew() {
      if (closed) return
      const old = current
      current = openConnections(options)
      void old.end(0)
    },
    async close() {
      closed = true
      await current.end(5)
    },
  }
}

interface Connection {
  readonly sql: Sql
  lost: boolean
}
interface Turn {
  go(): void
  refuse(why: Error): void
}

function openConnections({ max, open }: PoolOptions) {
  const idle: Connection[] = []
  const busy = new Set<Connection>()
  const waiting: Turn[] = []
  let turns = 0
  let ended = false

  async function takeTurn(): Promise<void> {
    if (ended) throw poolEnded()
    if (turns === max) {
      return new Promise((go, refuse) => {
        waiting.push({ go, refuse })
      })
    }
    turns += 1
  }

  function passTurn(): void {
    const next = waiting.shift()
    if (next) next.go()
    else turns -= 1
  }

  function connect(): Connection {
    const sql = open(() => {
      connection.lost = true
      const at = idle.indexOf(connection)
      if (at >= 0) idle.splice(at, 1)
    })
    const connection: Connection = { sql, lost: false }
    return connection
  }

  async function run<T>(work: (sql: Sql) => PromiseLike<T>, limit: Limit | undefined): Promise<T> {
    const connection = idle.pop() ?? connect()
    busy.add(connection)
    const late = (ends: Limit) => () => {
      connection.lost = true
      return ends.late()
    }
    try {
      const working = work(connection.sql)
      return await (limit ? withTimeout(working, limit.ms, late(limit)) : working)
    } catch (error) {
      // The error arrives before the driver reports the connection's end.
      if (isLoss(error)) connection.lost = true
      throw error
    } finally {
      busy.delete(connection)
      if (connection.lost || ended) void connection.sql.end({ timeout: 0 })
      else idle.push(connection)
    }
  }

  return {
    async use<T>(work: (sql: Sql) => PromiseLike<T>, limit?: Limit): Promise<T> {
      await takeTurn()
      try {
        return await run(work, limit)
      } finally {
        passTurn()
      }
    },
    async end(timeoutSeconds: number): Promise<void> {
      ended = true
      for (const turn of waiting.splice(0)) turn.refuse(poolEnded())
      await Promise.all([...idle, ...busy].map(({ sql }) => sql.end({ timeout: timeoutSeconds })))
    },
  }
}

/** In the words of the driver, so that it is read as a loss. */
function poolEnded(): Error {
  return Object.assign(new Error('the pool has ended'), { code: 'CONNECTION_ENDED' })
}
