import { execFileSync } from 'node:child_process'
import { Redis } from 'ioredis'
import { waitForService } from '../run/wait-for-service.ts'
import { findBinary } from '../tools/find-binary.ts'
import type { RunningService, Service } from './service.ts'

const FOLDERS = ['/opt/homebrew/bin', '/usr/local/bin', '/usr/bin']

/** Redis or Valkey, for tests and demo. */
export const redis: Service = {
  name: 'redis',
  title: 'Redis',
  urlVariables: ['TEST_REDIS_URL', 'REDIS_URL'],
  debianPackage: 'redis-server',

  async useAddress(address) {
    await dial(address)
    return running(address, 'as set', false)
  },

  async startPrivate({ run }) {
    const binary = findBinary('redis-server', FOLDERS) ?? findBinary('valkey-server', FOLDERS)
    if (binary === undefined) return undefined
    const port = await run.freePort()
    const address = `redis://127.0.0.1:${port}`
    const started = run.start({
      name: 'redis',
      command: binary,
      args: [
        ...['--port', String(port), '--bind', '127.0.0.1', '--daemonize', 'no'],
        ...['--save', '', '--appendonly', 'no', '--dir', run.makeFolder('redis')],
      ],
    })
    await waitForService('Redis', started, () => dial(address))
    return running(address, `private, ${binary} ${versionOf(binary)}`, true)
  },

  async useDefaultPort() {
    const address = 'redis://127.0.0.1:6379'
    try {
      await dial(address)
    } catch {
      return undefined
    }
    return running(address, 'found on its default port', false)
  },

  howToInstall: (platform) =>
    platform === 'darwin'
      ? ['brew install redis']
      : ['apt-get install -y redis-server', 'or set REDIS_URL=redis://host:6379'],
}

function running(address: string, from: string, isPrivate: boolean): RunningService {
  return {
    name: 'redis',
    title: 'Redis',
    from,
    address,
    isPrivate,
    env: { TEST_REDIS_URL: address },
  }
}

/**
 * Checks a server: logs in and writes a key with an expiry. A read-only replica or a missing
 * password fails.
 */
async function dial(address: string): Promise<void> {
  const client = new Redis(address, {
    lazyConnect: true,
    connectTimeout: 10_000,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
  })
  let cause: Error | undefined
  client.on('error', (error: Error) => {
    cause = error // the error of the command says only that the connection closed
  })
  try {
    await client.connect()
    await client.set('coldsweep:probe', '1', 'PX', 1_000)
  } catch (error) {
    throw cause ?? error
  } finally {
    client.disconnect()
  }
}

function versionOf(binary: string): string {
  const text = execFileSync(binary, ['--version'], { encoding: 'utf8', timeout: 5_000 })
  return /v=(\S+)/.exec(text)?.[1] ?? ''
}
