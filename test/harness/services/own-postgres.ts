import { openRun, type Run, type StartedProcess } from '../../../devstack/run/run.ts'
import { waitUntil } from '../../../devstack/run/wait-until.ts'
import { postgres } from '../../../devstack/services/postgres.ts'
import { ownDatabase } from './own-database.ts'

/**
 * A new PostgreSQL server for a test file. Tests kill the server and start it again with its data.
 * Until `close`, TEST_DATABASE_URL names this server, so `ownDatabase` creates databases there.
 */
export interface OwnPostgres {
  /** Kills the whole server with SIGKILL. Resolves when it has ended. */
  kill(): Promise<void>
  /** Starts the server again. Resolves when its recovery is complete and a login succeeds. */
  startAgain(): Promise<void>
  close(): Promise<void>
}

/**
 * Starts the server. Returns undefined if this machine has no PostgreSQL programs: the tests then
 * use a remote server.
 */
export async function ownPostgres(): Promise<OwnPostgres | undefined> {
  const run = openRun()
  let server: { toStart: Parameters<Run['start']>[0]; started: StartedProcess } | undefined
  const watching: Run = {
    ...run,
    start(toStart) {
      const started = run.start(toStart)
      if (toStart.name === 'postgres') server = { toStart, started }
      return started
    },
  }
  const service = await postgres.startPrivate({ run: watching, env: {}, say: () => {} })
  if (service === undefined || server === undefined) {
    await run.close()
    return undefined
  }
  const shared = process.env['TEST_DATABASE_URL']
  process.env['TEST_DATABASE_URL'] = service.address
  const { toStart } = server
  let { started } = server
  return {
    async kill() {
      process.kill(-started.pid, 'SIGKILL')
      await started.ended
    },
    async startAgain() {
      started = run.start(toStart)
      const dial = async () => (await ownDatabase({ empty: true })).drop()
      await waitUntil(dial, { what: 'PostgreSQL to answer again', limitMs: 180_000 })
    },
    async close() {
      if (shared === undefined) delete process.env['TEST_DATABASE_URL']
      else process.env['TEST_DATABASE_URL'] = shared
      await run.close()
    },
  }
}
