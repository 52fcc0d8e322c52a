// Starts the services for manual use: node devstack/boot.mjs stack [postgres] [redis] [rabbitmq]
// [temporal] [--yes]
//
// Starts the named services (all, if none is named) and runs until Ctrl-C. Prints the variables
// that the tests read on stdout, one `export NAME='value'` a line, and then `# ready`. Paste the
// export lines into another terminal and run for example `npx vitest run test/adapters`. To use an
// existing instance of a service, set its URL (DATABASE_URL, REDIS_URL, RABBITMQ_URL,
// TEMPORAL_ADDRESS).

import { runVerb } from './run/verb.ts'
import type { ServiceName } from './services/service.ts'
import { startStack } from './services/stack-of-services.ts'

const ALL: ServiceName[] = ['postgres', 'redis', 'rabbitmq', 'temporal']

await runVerb(
  async () => {
    const args = process.argv.slice(2)
    const named = args.filter((arg) => !arg.startsWith('--'))
    const unknown = named.filter((name) => !(ALL as string[]).includes(name))
    if (unknown.length > 0) {
      console.error(`no such service: ${unknown.join(', ')}. There are: ${ALL.join(', ')}`)
      return 2
    }
    const need = named.length > 0 ? (named as ServiceName[]) : ALL
    const stack = await startStack({ need, yes: args.includes('--yes') })
    for (const [name, value] of Object.entries(stack.env)) console.log(`export ${name}='${value}'`)
    console.log('# ready')
    console.error('Ctrl-C stops them')
    return untilInterrupted()
  },
  { onInterrupt: async () => ({ code: 0 }) },
)

function untilInterrupted(): Promise<number> {
  return new Promise(() => setInterval(() => {}, 60_000))
}
