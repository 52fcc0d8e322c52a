import type { Sql } from 'postgres'
import { withTimeout } from '../../runtime/timeout.ts'
import { isLoss } from './postgres-failure.ts'

export interface PostgresPool {
  /**
   * Runs `work` on a connection that no other work uses until it settles. Calls get connections in
   * order. The time of `limit` starts with the work, not with the wait for a connection. When the
   * time is over, the pool closes the connection and rejects with `late()`.
   */
  use<T>(work: (sql: Sql) => PromiseLike<T>, limit?: Limit): Promise<T>
  /**
   * Closes all connections after a server has gone silent: work in progress rejects, and the next
   * work connects again.
   */
  renew(): void
  /** Waits for work in progress, at most 5 s. */
  close(): Promise<void>
}

/** A time limit, and the error when it is over. */
export interface Limit {
  readonly ms: number
  readonly late: () => Error
}

export interface PoolOptions {
  readonly max: number
  /** Returns a client for one connection, which connects at its first statement. */
  readonly open: (onClose: () => void) => Sql
}

/**
 * Opens a pool that never uses a lost connection again, unlike the driver's own pool (README,
 * fault 1). The pool opens no connection before the first work.
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

/** Returns an error with the driver's code, so that `isLoss` recognises it. */
function poolEnded(): Error {
  return Object.assign(new Error('the pool has ended'), { code: 'CONNECTION_ENDED' })
}
