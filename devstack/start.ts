// npm start [-- --once --yes]
//
// Runs the demo on a devnet: boots PostgreSQL, Redis, RabbitMQ, Temporal and anvil, sweeps scripted
// deposits with coldsweep, and checks the outcome against the chain. Exits with 0 on PASS and 1 on
// FAIL. The demo stays up until Ctrl-C unless `--once` is given or `CI` is set. `--yes` allows
// apt-get to install missing services.
import { playDemo } from './demo/play-demo.ts'
import { isCi } from './run/is-ci.ts'
import { type Interrupted, runVerb } from './run/verb.ts'
import { startStack } from './services/stack-of-services.ts'

const FLAGS = ['--once', '--yes']

/**
 * Runs on Ctrl-C, and does nothing until the demo is started. Before the verdict, Ctrl-C aborts the
 * run; after the verdict, Ctrl-C is the normal end of the demo.
 */
let onCtrlC: () => Promise<Interrupted> = async () => ({})

await runVerb(
  async () => {
    const args = process.argv.slice(2)
    const unknown = args.filter((arg) => !FLAGS.includes(arg))
    if (unknown.length > 0) {
      console.error(`unknown option ${unknown.join(' ')}; usage: npm start [-- ${FLAGS.join(' ')}]`)
      return 2
    }
    const stack = await startStack({
      need: ['postgres', 'redis', 'rabbitmq', 'temporal'],
      yes: args.includes('--yes'),
    })
    const demo = playDemo(stack)
    onCtrlC = () => demo.interrupt()
    const pass = await demo.verdict
    if (!args.includes('--once') && !isCi()) {
      console.log(
        `\n${pass ? 'the demo' : 'the rest of the demo'} stays up; press Ctrl-C to end it`,
      )
      await new Promise(() => setInterval(() => {}, 60_000))
    }
    await demo.cleanUp()
    await stack.stop({ failed: !pass })
    return pass ? 0 : 1
  },
  { onInterrupt: () => onCtrlC() },
)
