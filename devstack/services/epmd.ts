import { connect } from 'node:net'
import type { Run } from '../run/run.ts'
import { waitForService } from '../run/wait-for-service.ts'
import { findBinary, versionedFolders } from '../tools/find-binary.ts'

/**
 * Starts Erlang's name service (epmd) for one RabbitMQ on a port of its own, in the foreground.
 * Otherwise RabbitMQ would start epmd as a daemon, which would outlive the run. Returns the port.
 * @throws when Erlang's epmd is not found next to `erl`
 */
export async function startEpmd(run: Run): Promise<number> {
  const binary = findEpmd()
  if (binary === undefined)
    throw new Error("RabbitMQ is installed, but Erlang's epmd was not found")
  const port = await run.freePort()
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('ERL_'))
  const started = run.start({
    name: 'epmd',
    command: binary,
    args: ['-port', String(port), '-address', '127.0.0.1'],
    env: Object.fromEntries(inherited),
    cwd: run.makeFolder('epmd'),
  })
  await waitForService('epmd', started, () => answersOn(port))
  return port
}

function findEpmd(): string | undefined {
  const roots = [
    '/usr/lib/erlang',
    '/opt/homebrew/lib/erlang',
    '/usr/local/lib/erlang',
    '/usr/lib64/erlang',
  ]
  const folders = roots.flatMap((root) => versionedFolders(root, 'erts-', 'bin'))
  return findBinary('epmd', folders)
}

function answersOn(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.destroy()
      resolve()
    })
  })
}
