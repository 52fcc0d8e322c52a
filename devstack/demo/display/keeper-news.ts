import { connect } from 'amqplib'
import { type Address, formatEther } from 'viem'

/** What `coldsweep.events` says of the keeper: each change once, in a sentence. */
export async function listenToKeeper(
  url: string,
  prefix: string,
  tell: (sentence: string) => void,
): Promise<{ close(): Promise<void> }> {
  const connection = await connect(url)
  connection.on('error', () => {}) // the broker ends with the run
  const channel = await connection.createChannel()
  channel.on('error', () => {})
  const { queue } = await channel.assertQueue('', { exclusive: true, autoDelete: true })
  await channel.bindQueue(queue, `${prefix}coldsweep.events`, 'keeper.*')
  await channel.consume(
    queue,
    (message) => {
      if (message) tell(keeperSentence(JSON.parse(message.content.toString()) as KeeperEvent))
    },
    { noAck: true },
  )
  return { close: () => connection.close().catch(() => {}) }
}

export interface KeeperEvent {
  type: string
  data: { keeper: Address; uncommittedWei: string; alertBelowWei: string }
}

export function keeperSentence({ type, data }: KeeperEvent): string {
  const eth = (wei: string) => `${formatEther(BigInt(wei))} ETH`
  const level = type === 'keeper.recovered' ? 'has recovered' : `is ${type.slice('keeper.'.length)}`
  return `event ${type}: the gas keeper ${level}, ${eth(data.uncommittedWei)} free, alert below ${eth(data.alertBelowWei)}`
}
