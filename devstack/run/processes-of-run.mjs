// Finds the processes of a run. Plain Node, because the reaper must work without node_modules.
//
// Every process we start carries COLDSWEEP_RUN in its environment, and its children inherit it. Two
// kinds of process hide the variable: PostgreSQL's children and Redis overwrite that memory with
// their process title. These are found by their current folder, or by a path on their command line,
// in the run's data folder.
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** @param {{ id: string, dataFolder: string }} run */
export function processesOfRun(run) {
  const found = process.platform === 'linux' ? fromProc(run) : fromPs(run)
  return found.filter((one) => one.pid !== process.pid)
}

/**
 * Whether the process group still has a process. A zombie does not count: in a container without an
 * init, which collects orphans, it would stay forever.
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

// A run that is started inside another run (a test under `npm test`) is called `<outer>.<inner>`,
// so that both runs find its processes.
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

// A process may end while it is inspected, or belong to a user whose processes cannot be read.
function read(look) {
  try {
    return look()
  } catch {
    return ''
  }
}
