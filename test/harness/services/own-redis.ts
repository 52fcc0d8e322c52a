import { randomBytes } from 'node:crypto'
import { Redis } from 'ioredis'
import { type OwnProxy, ownProxy } from '../proxies/own-proxy.ts'

/** A new key prefix on the server of TEST_REDIS_URL, behind a proxy that a test can cut. */
export interface OwnRedis {
  /** Address of the proxy. */
  readonly url: string
  readonly serverUrl: string
  readonly prefix: string
  readonly line: OwnProxy
  /** A client that bypasses the proxy. */
  readonly direct: Redis
  drop(): Promise<void>
}

export async function ownRedis(): Promise<OwnRedis> {
  const serverUrl = process.env['TEST_REDIS_URL']
  if (!serverUrl) {
    throw new Error('TEST_REDIS_URL is not set: run `npm test`, or see devstack/stack.ts')
  }
  const prefix = `test-${randomBytes(5).toString('hex')}:`
  const direct = new Redis(serverUrl)
  const { hostname, port } = new URL(serverUrl)
  const line = await ownProxy(hostname, Number(port))
  return {
    url: Object.assign(new URL(serverUrl), { hostname: '127.0.0.1', port: line.port }).href,
    serverUrl,
    prefix,
    line,
    direct,
    async drop() {
      await line.close()
      const keys = await direct.keys(`${prefix}*`)
      if (keys.length > 0) await direct.del(...keys)
      direct.disconnect()
    },
  }
}
