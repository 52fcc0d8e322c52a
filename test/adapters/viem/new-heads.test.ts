import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createNewHeads } from '../../../adapters/viem/new-heads.ts'
import { recordingLog } from '../../harness/fakes/recording-log.ts'
import { eventually } from '../../harness/waiting/eventually.ts'

const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

/** Returns a text as a WebSocket frame from the server (RFC 6455). Texts are below 64 KiB. */
function frameOf(text: string): Buffer {
  const body = Buffer.from(text)
  const head =
    body.length < 126 ? [0x81, body.length] : [0x81, 126, body.length >> 8, body.length & 255]
  return Buffer.concat([Buffer.from(head), body])
}

// A WebSocket message only hints that a new block may exist. A bad message may delay that block
// until the next poll, but must not end the process.
describe('a WebSocket endpoint that sends invalid messages', () => {
  const server = createServer()
  const sockets = new Set<Socket>()
  /** Messages that the server sends when a connection subscribes. */
  let says: readonly string[] = []
  let url = ''
  beforeEach(async () => {
    server.removeAllListeners('upgrade')
    server.on('upgrade', (request: IncomingMessage, socket: Socket) => {
      sockets.add(socket)
      socket.on('error', () => {})
      const key = createHash('sha1')
        .update(`${request.headers['sec-websocket-key']}${guid}`)
        .digest('base64')
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\n\r\n`,
      )
      socket.once('data', () => {
        for (const text of says) socket.write(frameOf(text))
      })
    })
    if (!server.listening) {
      server.listen(0, '127.0.0.1')
      await once(server, 'listening')
    }
    url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterEach(() => {
    for (const socket of sockets) socket.destroy()
    sockets.clear()
  })

  it.each([
    ['null', ['null']],
    ['a list', ['[]']],
    ['a text', ['"hello"']],
    ['no JSON', ['<html>']],
    ['an error that is text', ['{"jsonrpc":"2.0","id":0,"error":"text"}', '{"error":"text"}']],
    ['an error without message', ['{"error":{"code":-32005}}']],
    ['a subscription without params', ['{"method":"eth_subscription"}']],
    [
      'an unknown subscription',
      ['{"method":"eth_subscription","params":{"subscription":"0x9","result":null}}'],
    ],
  ])('causes no hint and no crash, and is connected again, after %s', async (_, said) => {
    says = said
    const log = recordingLog()
    let hints = 0
    const heads = createNewHeads({ urls: [url], log, retryMs: 20, silenceMs: 100 })
    const watching = heads.watch(() => {
      hints += 1
    })
    await eventually(
      async () => sockets.size,
      (count) => count >= 2,
    )
    expect(hints).toBe(0)
    for (const { fields } of log.lines) expect(JSON.stringify(fields)).not.toContain('undefined')
    await watching.close()
  })
})
