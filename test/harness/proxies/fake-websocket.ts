import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'

const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

interface Request {
  readonly id: number
  readonly method: string
}

/** A node's websocket. `answer` returns the result of a method; an Error refuses it. */
export async function fakeWebsocket(answer: (method: string) => unknown) {
  const server = createServer()
  const sockets = new Set<Socket>()
  server.on('upgrade', (request: IncomingMessage, socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    const key = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}${guid}`)
      .digest('base64')
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key}\r\n\r\n`,
    )
    socket.on('data', (data: Buffer) => {
      const text = textOf(data)
      if (text === undefined) return
      const { id, method }: Request = JSON.parse(text)
      const result = answer(method)
      const reply =
        result instanceof Error ? { error: { code: -32601, message: result.message } } : { result }
      socket.write(frameOf(JSON.stringify({ jsonrpc: '2.0', id, ...reply })))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/v3/hunter2`,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

/** The text of one masked frame below 126 bytes (RFC 6455); undefined for a close frame. */
function textOf(frame: Buffer): string | undefined {
  if (frame[0] !== 0x81) return undefined
  const length = (frame[1] ?? 0) & 0x7f
  const mask = frame.subarray(2, 6)
  const body = frame.subarray(6, 6 + length).map((byte, i) => byte ^ (mask[i % 4] ?? 0))
  return Buffer.from(body).toString('utf8')
}

function frameOf(text: string): Buffer {
  const body = Buffer.from(text)
  return Buffer.concat([Buffer.from([0x81, body.length]), body])
}
