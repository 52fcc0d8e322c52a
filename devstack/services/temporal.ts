import { Connection } from '@temporalio/client'
import type { Run } from '../run/run.ts'
import { waitForService } from '../run/wait-for-service.ts'
import { findTemporal, installedTemporal } from '../tools/temporal-binary.ts'
import type { RunningService, Service } from './service.ts'

/** The search attributes that workflows set. All have the type Keyword. */
const SEARCH_ATTRIBUTES = ['SweepState', 'ChainId', 'Asset', 'Wallet']

/** Temporal's development server, for tests and demo. */
export const temporal: Service = {
  name: 'temporal',
  title: 'Temporal',
  urlVariables: ['TEST_TEMPORAL_ADDRESS', 'TEMPORAL_ADDRESS'],

  async useAddress(address) {
    await dial(address, async () => {})
    const ui = process.env['TEST_TEMPORAL_UI']
    return running(address, 'as set', false, {
      ...(await cliOfOthersServer()),
      ...(ui ? { TEST_TEMPORAL_UI: ui } : {}),
    })
  },

  async startPrivate({ run, env, say }) {
    const binary = await findTemporal(run, env, say)
    if (binary === undefined) return undefined
    const port = await run.freePort()
    const uiPort = await run.freePort()
    const started = run.start({
      name: 'temporal',
      command: binary.path,
      args: await serverArguments(run, port, uiPort),
      env: withoutTemporalVariables(),
      cwd: run.makeFolder('temporal'),
      stopSignal: 'SIGKILL', // the data is in memory, so no clean stop is needed
    })
    const address = `127.0.0.1:${port}`
    await waitForService('Temporal', started, () => dial(address, hasSearchAttributes))
    return running(address, `private, ${binary.from} ${binary.path} (${binary.version})`, true, {
      TEMPORAL_CLI_PATH: binary.path,
      TEST_TEMPORAL_UI: `http://127.0.0.1:${uiPort}`,
    })
  },

  async useDefaultPort() {
    const address = '127.0.0.1:7233'
    try {
      await dial(address, async () => {})
    } catch {
      return undefined
    }
    return running(address, 'found on its default port', false, await cliOfOthersServer())
  },

  howToInstall: (platform) => [
    ...(platform === 'darwin' ? ['brew install temporal'] : []),
    'or install Go 1.24 or later from https://go.dev/dl and run this again: it builds Temporal once',
    'or download https://temporal.download/cli/archive/v1.5.1 and set TEMPORAL_CLI_PATH to the binary in it',
    'or set TEMPORAL_ADDRESS=host:7233',
  ],
}

function running(
  address: string,
  from: string,
  isPrivate: boolean,
  more: Record<string, string>,
): RunningService {
  const env = { TEST_TEMPORAL_ADDRESS: address, ...more }
  return { name: 'temporal', title: 'Temporal', from, address, isPrivate, env }
}

/**
 * Returns the path of Temporal's CLI, if it is installed, for use as a client of a server that this
 * run did not start. The CLI is not built for this use alone.
 */
async function cliOfOthersServer(): Promise<Record<string, string>> {
  const cli = await installedTemporal(process.env, () => {})
  return cli ? { TEMPORAL_CLI_PATH: cli.path } : {}
}

async function serverArguments(run: Run, port: number, uiPort: number): Promise<string[]> {
  return [
    ...['server', 'start-dev', '--headless=false', '--ip', '127.0.0.1', '--log-level', 'warn'],
    ...['--port', String(port), '--ui-port', String(uiPort)],
    ...[
      '--http-port',
      String(await run.freePort()),
      '--metrics-port',
      String(await run.freePort()),
    ],
    ...SEARCH_ATTRIBUTES.flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
  ]
}

/**
 * Returns the shell's variables without TEMPORAL_…: an address, key or profile there configures the
 * CLI as a client, and must not affect our server.
 */
function withoutTemporalVariables(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_'))
  return Object.fromEntries(kept)
}

async function dial(
  address: string,
  check: (connection: Connection) => Promise<void>,
): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: '10s' })
  try {
    await connection.withDeadline(Date.now() + 10_000, async () => {
      await connection.workflowService.getSystemInfo({})
      await check(connection)
    })
  } finally {
    await connection.close()
  }
}

// The server answers a moment before it has registered the search attributes.
async function hasSearchAttributes(connection: Connection): Promise<void> {
  const listed = await connection.operatorService.listSearchAttributes({ namespace: 'default' })
  const missing = SEARCH_ATTRIBUTES.filter((name) => !(name in (listed.customAttributes ?? {})))
  if (missing.length > 0)
    throw new Error(`search attributes not registered yet: ${missing.join(', ')}`)
}
