import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect } from 'amqplib'
import type { Run } from '../run/run.ts'
import { waitForService } from '../run/wait-for-service.ts'
import { findBinary, versionedFolders } from '../tools/find-binary.ts'
import { startEpmd } from './epmd.ts'
import type { RunningService, Service } from './service.ts'

// Debian's /usr/sbin/rabbitmq-server is a wrapper that changes to the user rabbitmq by `su`, so the
// reaper cannot stop its process. The script behind the wrapper runs as the calling user.
const FOLDERS = [
  '/usr/lib/rabbitmq/bin',
  ...versionedFolders('/usr/lib/rabbitmq/lib', 'rabbitmq_server-', 'sbin'),
  '/opt/homebrew/opt/rabbitmq/sbin',
  '/usr/local/opt/rabbitmq/sbin',
  '/opt/rabbitmq/sbin',
]

/** RabbitMQ, for tests and demo. */
export const rabbitmq: Service = {
  name: 'rabbitmq',
  title: 'RabbitMQ',
  urlVariables: ['TEST_RABBITMQ_URL', 'RABBITMQ_URL'],
  debianPackage: 'rabbitmq-server',

  async useAddress(address) {
    const version = await dial(address)
    return running(address, `as set, ${version}`, false)
  },

  async startPrivate({ run }) {
    const server = findBinary('rabbitmq-server', FOLDERS)
    if (server === undefined) return undefined
    const epmdPort = await startEpmd(run)
    const port = await run.freePort()
    const started = run.start({
      name: 'rabbitmq',
      command: server,
      args: [],
      env: await environment(run, port, epmdPort),
      // A clean stop takes seconds and is not needed, because the data is removed with the run. The
      // child processes end when their pipes close.
      stopSignal: 'SIGKILL',
    })
    const address = `amqp://guest:guest@127.0.0.1:${port}`
    let version = ''
    await waitForService('RabbitMQ', started, async () => {
      version = await dial(address)
    })
    return running(address, `private, ${server} ${version}`, true)
  },

  async useDefaultPort() {
    const address = 'amqp://guest:guest@127.0.0.1:5672'
    try {
      return running(address, `found on its default port, ${await dial(address)}`, false)
    } catch {
      return undefined
    }
  },

  howToInstall: (platform) =>
    platform === 'darwin'
      ? ['brew install rabbitmq']
      : [
          'apt-get install -y rabbitmq-server',
          'or set RABBITMQ_URL=amqp://user:password@host:5672',
        ],
}

function running(address: string, from: string, isPrivate: boolean): RunningService {
  const env = { TEST_RABBITMQ_URL: address }
  return { name: 'rabbitmq', title: 'RabbitMQ', from, address, isPrivate, env }
}

/**
 * Returns the environment of a node that shares nothing with a RabbitMQ that the machine may
 * already run: the node has its own name, ports, folders, cookie and plugins, and reads no file of
 * /etc/rabbitmq.
 */
async function environment(run: Run, port: number, epmdPort: number): Promise<NodeJS.ProcessEnv> {
  const folder = run.makeFolder('rabbitmq')
  const file = (name: string, content: string) => {
    const path = join(folder, name)
    writeFileSync(path, content)
    return path
  }
  const inherited = Object.entries(process.env).filter(([name]) => !/^(RABBITMQ|ERL)_/.test(name))
  return {
    ...Object.fromEntries(inherited),
    HOME: folder, // the folder in which Erlang puts .erlang.cookie
    ERL_EPMD_PORT: String(epmdPort),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: `coldsweep-${run.id}@localhost`,
    RABBITMQ_DIST_PORT: String(await run.freePort()),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    RABBITMQ_CONF_ENV_FILE: file('rabbitmq-env.conf', ''),
    RABBITMQ_CONFIG_FILE: file('rabbitmq.conf', configuration(port)),
    RABBITMQ_ADVANCED_CONFIG_FILE: file('advanced.config', '[].\n'),
    RABBITMQ_ENABLED_PLUGINS_FILE: file('enabled_plugins', '[].\n'),
    RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_LOGS: '-',
    RABBITMQ_PID_FILE: join(folder, 'pid'),
  }
}

function configuration(port: number): string {
  return [
    `listeners.tcp.local = 127.0.0.1:${port}`,
    'disk_free_limit.absolute = 50MB',
    'log.console.level = warning',
    '',
  ].join('\n')
}

/**
 * Checks a broker: logs in and creates a queue that ends with the connection. Returns the server's
 * version.
 */
async function dial(address: string): Promise<string> {
  const connection = await connect(address, { timeout: 10_000 })
  // A refused channel or a dying server also emits an error event. An error event without a
  // listener would end this process.
  connection.on('error', () => {})
  try {
    const channel = await connection.createChannel()
    channel.on('error', () => {})
    await channel.assertQueue('', { exclusive: true })
    return String(connection.connection.serverProperties['version'] ?? '')
  } finally {
    await connection.close().catch(() => {})
  }
}
