import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openDatabaseClient } from '../../../adapters/drizzle/database.ts'
import { createLead, noticeSilence } from '../../../adapters/drizzle/leadership.ts'
import { type OwnDatabase, ownDatabase } from '../../harness/services/own-database.ts'
import { eventually } from '../../harness/waiting/eventually.ts'

describe('the lead of a chain, which one process has at a time (MONEY 5)', () => {
  let own: OwnDatabase
  const undo: (() => Promise<void>)[] = []
  beforeAll(async () => {
    own = await ownDatabase({ empty: true })
  })
  afterEach(async () => {
    for (const release of undo.splice(0)) await release()
  })
  afterAll(() => own.drop())

  async function ask(kind: 'lanes' | 'scanner' = 'lanes', chainId = 1) {
    const lost = { yes: false }
    const lead = await createLead(own.url, kind)(chainId, () => {
      lost.yes = true
    })
    if (lead) undo.push(lead.release)
    return { leads: lead !== undefined, lost, release: async () => await lead?.release() }
  }
  const cut = () => own.sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and application_name = 'coldsweep-lead-lanes'`

  it('is refused to a second process until the first process releases it', async () => {
    const first = await ask()
    expect([first.leads, (await ask()).leads]).toEqual([true, false])
    await first.release()
    const second = await eventually(ask, (asked) => asked.leads)
    expect(second.lost.yes).toBe(false)
  })

  it('is given to exactly one of many simultaneous callers', async () => {
    const asked = await Promise.all(Array.from({ length: 8 }, () => ask()))
    expect(asked.filter((one) => one.leads).length).toBe(1)
  })

  it('is separate for each chain, and for lanes and scanner of one chain', async () => {
    const asked = [await ask(), await ask('lanes', 2), await ask('scanner')]
    expect(asked.map((one) => one.leads)).toEqual([true, true, true])
  })

  it('moves to another process at once if the leader’s connection is cut, and the leader is notified', async () => {
    const first = await ask()
    await cut()
    expect((await eventually(ask, (asked) => asked.leads)).leads).toBe(true)
    await eventually(() => first.lost.yes, Boolean)
  })

  it('rejects with DatabaseUnreachable if the database is unreachable', async () => {
    const away = createLead('postgres://u:pass-word@127.0.0.1:1/x', 'lanes')(1, () => {})
    await expect(away).rejects.toMatchObject({ name: 'DatabaseUnreachable' })
  })

  it('has TCP keepalives on the server, so that a silent leader loses the lead after 25 seconds', async () => {
    const sql = openDatabaseClient(own.url, { applicationName: 'test-silence' })
    await noticeSilence(sql)
    const [row] = await sql`
      select current_setting('tcp_keepalives_idle')::int as idle,
        current_setting('tcp_keepalives_interval')::int as interval,
        current_setting('tcp_keepalives_count')::int as count`
    await sql.end()
    expect({ ...row }).toEqual({ idle: 10, interval: 5, count: 3 })
  })
})
