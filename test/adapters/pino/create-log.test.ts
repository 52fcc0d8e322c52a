import { describe, expect, it } from 'vitest'
import { createLog } from '../../../adapters/pino/create-log.ts'

const key = `0x${'ab12'.repeat(16)}`
const hash = `0x${'cd34'.repeat(16)}`
const raw = `0x02f8${'7a'.repeat(120)}`

/** Returns the first line that `write` logs, parsed from JSON. */
function logged(write: (log: ReturnType<typeof createLog>) => void): Record<string, unknown> {
  const lines: string[] = []
  write(createLog({ level: 'debug', write: (line) => lines.push(line) }))
  return JSON.parse(lines[0] ?? '{}')
}

describe('the log', () => {
  it('writes one JSON object for each line, with level, time, fields and message', () => {
    const line = logged((log) => log.child({ chain: 56 }).warn({ height: 7n }, 'the chain stalls'))
    expect(line).toMatchObject({
      level: 'warn',
      chain: 56,
      height: '7',
      message: 'the chain stalls',
    })
    expect(Date.parse(String(line['time']))).toBeGreaterThan(0)
  })

  it('writes no line below the configured level', () => {
    const lines: string[] = []
    createLog({ level: 'warn', write: (line) => lines.push(line) }).info({}, 'quiet')
    expect(lines).toEqual([])
  })

  it('hides a private key in fields such as `privateKey` or `candidates`, and in text (MONEY 19)', () => {
    const fields = {
      privateKey: key,
      GAS_KEEPER_PRIVATE_KEY: key.slice(2),
      private_key: key,
      nested: { keys: [key] },
      candidates: new Set([key]),
      note: `private key: ${key}`,
    }
    expect(JSON.stringify(logged((log) => log.info(fields, `key=${key}`)))).not.toContain('ab12')
  })

  it('keeps hashes and transaction keys, because both are public', () => {
    const line = logged((log) => log.info({ hash, transactionKey: 'b1c2:gas:1' }, `mined ${hash}`))
    expect(line).toMatchObject({
      hash,
      transactionKey: 'b1c2:gas:1',
      message: `mined ${hash}`,
    })
  })

  it('replaces raw transactions by their length (MONEY 19)', () => {
    const line = logged((log) => log.info({ raw, bytes: new Uint8Array(9) }, `sent ${raw}`))
    expect(line).toMatchObject({
      raw: '[122 bytes]',
      bytes: '[9 bytes]',
      message: 'sent [122 bytes]',
    })
  })

  it.each([
    ['https://rpc.example/v3/0123456789abcdef?apikey=s3cret', 'https://rpc.example/…'],
    ['postgres://bob:p@ss/w@db:5432/money', 'postgres://db:5432/…'],
    ['amqp://guest:guest@mq:5672', 'amqp://mq:5672'],
    ['wss://user@rpc.example/', 'wss://rpc.example'],
  ])('shortens the URL %s to scheme, host and port', (url, shown) => {
    expect(logged((log) => log.info({ url }, `dialling ${url}`))).toMatchObject({
      url: shown,
      message: `dialling ${shown}`,
    })
  })

  it('keeps class, message, code and causes of an error, without URLs and request bodies', () => {
    class ChainUnreachable extends Error {}
    const cause = Object.assign(new Error('URL: https://u:p@rpc.example/v2/abc timed out'), {
      code: 'ETIMEDOUT',
      body: raw,
    })
    const error = new ChainUnreachable('node 1 is away', { cause })
    const line = logged((log) => log.error({ error }, 'scan stopped'))
    expect(line['error']).toMatchObject({
      type: 'ChainUnreachable',
      message: 'node 1 is away',
      cause: {
        type: 'Error',
        message: 'URL: https://rpc.example/… timed out',
        code: 'ETIMEDOUT',
      },
    })
    expect(JSON.stringify(line)).not.toMatch(/u:p@|7a7a/)
  })

  it('replaces a circular reference in the fields by […]', () => {
    const loop: Record<string, unknown> = {}
    loop['self'] = loop
    expect(logged((log) => log.info({ loop }, 'round'))).toMatchObject({ loop: { self: '[…]' } })
  })

  it('writes a line of plain text if `pretty` is set', () => {
    const lines: string[] = []
    const log = createLog({ level: 'info', pretty: true, write: (line) => lines.push(line) })
    log.info({ chain: 56, error: new Error('gone') }, 'keeper low')
    expect(lines[0]).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} info {2}keeper low {2}chain=56 error=Error: gone\n$/,
    )
  })
})
