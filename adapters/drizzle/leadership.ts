import type postgres from 'postgres'
import { openDatabaseClient } from './database.ts'
import { within } from './deadline.ts'
import { translateDatabaseError } from './errors.ts'

/** First keys of the two-part advisory locks; the second key is the chain id. */
export const leaderships = { scanner: 0x63730001, lanes: 0x63730002 } as const

const beatMs = 1_000
const answerWithinMs = 5_000

export type Lead = (
  chainId: number,
  lost: () => void,
) => Promise<{ release(): Promise<void> } | undefined>

/**
 * Elects one leader per chain by an advisory lock on a separate connection. The lock ends with the
 * connection, so another process replaces a killed leader as soon as the server notices. If the
 * connection is cut, the driver notifies the leader at once. If the server is silent, the leader
 * notices by its own periodic query.
 */
export function createLead(url: string, kind: keyof typeof leaderships): Lead {
  return async (chainId, lost) => {
    let leads = false
    const resign = () => {
      if (!leads) return
      leads = false
      lost()
    }
    const sql = openDatabaseClient(url, {
      applicationName: `coldsweep-lead-${kind}`,
      onClose: resign,
    })
    // Ends the connection at once. Otherwise a statement that hangs could obtain the lock later,
    // when no caller waits for the lock.
    const closeConnection = () => sql.end({ timeout: 0 }).catch(() => undefined)
    try {
      const asking = sql<{ had: boolean; pid: number }[]>`
        select pg_try_advisory_lock(${leaderships[kind]}, ${chainId}) as had, pg_backend_pid() as pid`
      const [answer] = await within(answerWithinMs, asking)
      if (!answer?.had) {
        await closeConnection()
        return undefined
      }
      const beat = setInterval(async () => {
        try {
          const [now] = await within(
            answerWithinMs,
            sql<{ pid: number }[]>`select pg_backend_pid() as pid`,
          )
          // A new backend means that the driver reconnected, and the lock ended with the old
          // connection.
          if (now?.pid !== answer.pid) throw new Error('another connection')
        } catch {
          clearInterval(beat)
          resign()
        }
      }, beatMs)
      await noticeSilence(sql)
      leads = true
      return {
        async release() {
          leads = false
          clearInterval(beat)
          await closeConnection()
        },
      }
    } catch (error) {
      await closeConnection()
      throw translateDatabaseError(error)
    }
  }
}

/**
 * TCP keepalive settings for the server's side of the connection. A host that lost its power closes
 * no connection, and the server's default detects that only after two hours.
 */
const silence = { tcp_keepalives_idle: 10, tcp_keepalives_interval: 5, tcp_keepalives_count: 3 }
/** In milliseconds. Not every operating system has this setting. */
const userTimeout = { tcp_user_timeout: 25_000 }

/**
 * Makes the server drop this connection, and with it the lock, about 25 s after this process's host
 * has gone silent.
 */
export async function noticeSilence(sql: postgres.Sql): Promise<void> {
  const set = async ([name, value]: readonly [string, number]) => {
    await sql`select set_config(${name}, ${String(value)}, false)`
  }
  for (const setting of Object.entries(silence)) await set(setting)
  for (const setting of Object.entries(userTimeout)) await set(setting).catch(() => undefined)
}
