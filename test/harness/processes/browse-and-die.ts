// Takes the messages of Processing_Failures as `failures list` does, and kills itself while all
// messages are unacknowledged.
//   node --import tsx test/harness/processes/browse-and-die.ts <amqp url> <prefix>

import { browseQueue } from '../../../adapters/amqplib/browse-queue.ts'
import { connectBus } from '../../../adapters/amqplib/connect-bus.ts'
import { recordingLog } from '../fakes/recording-log.ts'

const [url = '', prefix = ''] = process.argv.slice(2)
const bus = await connectBus({ url, prefix, name: 'look-and-die', log: recordingLog() })
await bus.ready(60_000)
await browseQueue(bus, {
  queue: `${prefix}Processing_Failures`,
  isWanted: (message) => message.fields.deliveryTag === 3,
  act: async () => {
    process.kill(process.pid, 'SIGKILL')
  },
})
