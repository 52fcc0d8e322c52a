import { type ChildProcess, spawn } from 'node:child_process'
import { waitUntil } from '../../../devstack/run/wait-until.ts'

export interface VerbProcess {
  child: ChildProcess
  stdout(): string
  stderr(): string
  /** The run's id, from the first lines of stderr. */
  runId(): string
  runFolder(): string
  /** The exit code, or the name of the signal that killed the process (never 128 + n). */
  ended: Promise<number | NodeJS.Signals>
}

interface VerbOptions {
  env?: NodeJS.ProcessEnv
  /** Node's own options, before the script. */
  nodeArgs?: string[]
  /** Starts a new process group, so that all its processes can be killed at once. */
  detached?: boolean
  /** Runs `npm run <verb> -- <args>` instead of Node. Only for verbs in package.json. */
  byNpm?: boolean
}

/**
 * Runs `node devstack/boot.mjs <args>` as a person would: without the service addresses that
 * `npm test` passes to this test.
 */
export function startVerb(args: string[], options: VerbOptions = {}): VerbProcess {
  const [verb = '', ...rest] = args
  const [command, commandArgs] = options.byNpm
    ? ['npm', ['run', verb, '--', ...rest]]
    : [process.execPath, [...(options.nodeArgs ?? []), 'devstack/boot.mjs', ...args]]
  const child = spawn(command, commandArgs, {
    env: { ...environmentOfAPerson(), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: options.detached ?? false,
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text
  })
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal ?? 'SIGKILL'))
  })
  const ofFirstScreen = (pattern: RegExp) => {
    const found = pattern.exec(stderr)?.[1]
    if (found === undefined) throw new Error(`no first screen yet:\n${stderr}`)
    return found
  }
  return {
    child,
    ended,
    stdout: () => stdout,
    stderr: () => stderr,
    runId: () => ofFirstScreen(/^run ([0-9a-f]+),/m),
    runFolder: () => ofFirstScreen(/logs in (\S+)\/logs$/m),
  }
}

/** Starts a stack and waits until it is ready. The stack ends when the verb's process is killed. */
export async function startStackVerb(
  services: string[],
  options: VerbOptions = {},
): Promise<VerbProcess> {
  const verb = startVerb(['stack', ...services], options)
  await waitUntil(
    async () => {
      if (!verb.stdout().includes('# ready')) throw new Error(verb.stderr())
    },
    {
      what: `the stack of ${services.join(', ')}`,
      limitMs: 180_000,
      abort: () => (verb.child.exitCode === null ? undefined : `it ended: ${verb.stderr()}`),
    },
  )
  return verb
}

function environmentOfAPerson(): NodeJS.ProcessEnv {
  const ours =
    /^(TEST_.*|TEMPORAL_.*|COLDSWEEP_.*|npm_.*|DATABASE_URL|REDIS_URL|RABBITMQ_URL|VITEST.*|NODE_ENV)$/
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)))
}

/** Returns the variables of this test run's services, for a verb that does not start services. */
export function servicesOfThisRun(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env)
  return Object.fromEntries(entries.filter(([name]) => /^(TEST_|TEMPORAL_CLI_PATH$)/.test(name)))
}

/** Returns the variable of this run's Temporal binary, for a verb that starts a Temporal server. */
export function temporalBinaryOfThisRun(): NodeJS.ProcessEnv {
  const path = process.env['TEMPORAL_CLI_PATH']
  return path ? { TEMPORAL_CLI_PATH: path } : {}
}
