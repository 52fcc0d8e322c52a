import { readdir, readFile, readlink } from 'node:fs/promises'

/**
 * Finds the process that listens on a TCP port, such as `pid 4711 (node, coldsweep worker)`.
 * Returns undefined where the system does not name it: outside Linux, or for another user's
 * process.
 */
export async function findPortHolder(port: number): Promise<string | undefined> {
  const inodes = await listeningInodes(port)
  if (inodes.size === 0) return undefined
  const pids = (await entries('/proc')).filter((name) => /^\d+$/.test(name))
  for (const pid of pids) {
    for (const descriptor of await entries(`/proc/${pid}/fd`)) {
      const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '')
      const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1]
      if (inode !== undefined && inodes.has(inode)) return await describe(pid)
    }
  }
  return undefined
}

/** State `LISTEN` of the kernel's table (Linux, include/net/tcp_states.h). */
const listen = '0A'

/** Inodes of the sockets that listen on the port, from the kernel's tables for IPv4 and IPv6. */
async function listeningInodes(port: number): Promise<ReadonlySet<string>> {
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => text(`/proc/self/net/${name}`)))
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const inodes = tables
    .flatMap((table) => table.split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => local?.endsWith(suffix) && state === listen)
    .flatMap((columns) => columns[9] ?? [])
  return new Set(inodes)
}

/** Names the program, and the verb of a coldsweep process. Other arguments may hold secrets. */
async function describe(pid: string): Promise<string> {
  const program = (await text(`/proc/${pid}/comm`)).trim()
  const [, verb] = /coldsweep(?:\.mjs)?\0(scanner|worker)\0/.exec(
    await text(`/proc/${pid}/cmdline`),
  ) ?? ['']
  return `pid ${pid} (${program}${verb === undefined ? '' : `, coldsweep ${verb}`})`
}

const text = (path: string) => readFile(path, 'utf8').catch(() => '')
const entries = (path: string) => readdir(path).catch(() => [])
