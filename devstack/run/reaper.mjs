// The reaper of one run: node devstack/run/reaper.mjs <run id> <run folder>
//
// It is started detached and holds one end of a pipe. When the starter ends for any reason, SIGKILL
// included, the other end closes. Until then the starter writes its clean-up tasks, one JSON object
// a line:
//
//   { group, signal }   a process group was started; this signal makes it stop quickly
//   { ended }           the first process of that group is gone
//   { remove }          a file or folder to remove
//   { keepLogs: true }  keep <run folder>/logs if it has content
//
// After the pipe has closed, the reaper stops the groups, newest first. It kills all other
// processes that carry the run's id, removes the files, and writes { left: [processes that did not
// end] } to its stdout.
import { readdirSync, rmSync, statSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import { isGroupAlive, processesOfRun } from './processes-of-run.mjs'

const sleep = promisify(setTimeout)
const GRACE_MS = 5_000 // then SIGKILL
// For killed processes, and for PostgreSQL's children, which end by themselves.
const VANISH_MS = 5_000

const [id, folder] = process.argv.slice(2)
const run = { id, dataFolder: `${folder}/data` }
let groups = [] // newest first
const removals = []
let keepLogs = false

// The reaper must outlive the run.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {})
process.stdout.on('error', () => {}) // the starter may be dead

for await (const line of createInterface({ input: process.stdin })) {
  const message = parse(line)
  if (message.group) groups.unshift(message)
  // Forget a group once it is empty: its number may be reused by another process.
  if (message.ended)
    groups = groups.filter(({ group }) => group !== message.ended || isGroupAlive(group))
  if (message.remove) removals.push(message.remove)
  if (message.keepLogs) keepLogs = true
}

for (const { group, signal } of groups) {
  kill(-group, signal)
  await until(() => !isGroupAlive(group), GRACE_MS)
  kill(-group, 'SIGKILL')
}
await until(() => {
  const left = processesOfRun(run)
  for (const one of left) if (one.knownBy === 'environment') kill(one.pid, 'SIGKILL')
  return left.length === 0
}, VANISH_MS)
const left = processesOfRun(run)
for (const path of removals) remove(path)
remove(keepLogs && hasLogs() ? run.dataFolder : folder)
process.stdout.write(`${JSON.stringify({ left })}\n`)

// A starter that was killed during a write leaves half a line.
function parse(line) {
  try {
    return JSON.parse(line)
  } catch {
    return {}
  }
}

function hasLogs() {
  const logs = `${folder}/logs`
  return readdirSync(logs).some((name) => statSync(`${logs}/${name}`).size > 0)
}

// A file that cannot be removed stays on disk, where the starter looks for it; the remaining files
// must still be removed.
function remove(path) {
  try {
    rmSync(path, { recursive: true, force: true, maxRetries: 5 })
  } catch {
    // for example a file that a process still writes
  }
}

function kill(pid, signal) {
  try {
    process.kill(pid, signal)
  } catch {
    // gone already
  }
}

async function until(condition, limitMs) {
  const end = Date.now() + limitMs
  while (!condition() && Date.now() < end) await sleep(50)
}
