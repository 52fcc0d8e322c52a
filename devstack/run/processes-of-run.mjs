// Which processes belong to a run. Plain Node, because the reaper must work without node_modules.
//
// Every process we start carries COLDSWEEP_RUN in its environment, and its children inherit it. Two
// kinds hide it: PostgreSQL's children and Redis overwrite that memory with their process title.
// They are known by where they work: their current folder, or a path on their command line, lies in
// the run's data folder.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** @param {{ id: string, dataFolder: string }} run */
export function processesOfRun(run) {
  const found = process.platform === 'linux' ? fromProc(run) : fromPs(run)
  return found.filter((one) => one.pid !== process.pid)
}

/**
 * Whether the process group still has somebody in it. A zombie does not count: where nobody
 * collects orphans (a container without an init) it would stay for ever.
 */
export function isGroupAlive(group) {
  if (read(() => process.kill(-group, 0)) !== true) return false
  if (process.platform !== 'linux') return true
  return readdirSync('/proc').some((entry) => {
    if (!/^\d+$/.test(entry)) return false
    // `pid (name) state parent group …`; the name may hold blanks and brackets
    const stat = read(() => readFileSync(`/proc/${entry}/stat`, 'utf8'))
    const [state, , ofGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return Number(ofGroup) === group && state !== 'Z'
  })
}

// A run started inside another one (a test under `npm test`) is called `<outer>.<inner>`, so both
// find it.
function carriesRun(environment, id) {
  const value = /(?:^|[\0\s])COLDSWEEP_RUN=([a-z0-9.]*)/.exec(environment)?.[1]
  return value?.split('.').includes(id) ?? false
}

function fromProc({ id, dataFolder }) {
  const found = []
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const pid = Number(entry)
    const command = read(() =>
      readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim(),
    )
    if (command === '') continue // gone, a zombie, or a kernel thread
    const environment = read(() => readFileSync(`/proc/${pid}/environ`, 'utf8'))
    const folder = read(() => readlinkSync(`/proc/${pid}/cwd`))
    const inFolder = `${folder}/`.startsWith(`${dataFolder}/`) || command.includes(dataFolder)
    if (carriesRun(environment, id)) found.push({ pid, command, knownBy: 'environment' })
    else if (inFolder) found.push({ pid, command, knownBy: 'folder' })
  }
  return found
}

// macOS: -E appends the environment of one's own processes to the command.
function fromPs({ id, dataFolder }) {
  const found = []
  const { stdout } = spawnSync('ps', ['-axEww', '-o', 'pid=,command='], {
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  })
  for (const line of (stdout ?? '').split('\n')) {
    const [, pid, command] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? []
    if (pid === undefined) continue
    if (carriesRun(command, id)) found.push({ pid: Number(pid), command, knownBy: 'environment' })
    else if (command.includes(dataFolder))
      found.push({ pid: Number(pid), command, knownBy: 'folder' })
  }
  return found
}

// A process may end while we look at it, or belong to somebody whose details we may not read.
function read(look) {
  try {
    return look()
  } catch {
    return ''
  }
}
