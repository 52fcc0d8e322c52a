import { connect } from 'amqplib'
import { type Address, formatEther } from 'viem'

/**
 * Subscribes to the gas keeper's events on the exchange `coldsweep.events`, and reports each event
 * as a sentence.
 */
export async function listenToKeeper(
  url: string,
  prefix: string,
  report: (sentence: string) => void,
): Promise<{ close(): Promise<void> }> {
  const connection = await connect(url)
  connection.on('error', () => {}) // The broker ends with the run, which closes the connection.
  const channel = await connection.createChannel()
  channel.on('error', () => {})
  const { queue } = await channel.assertQueue('', { exclusive: true, autoDelete: true })
  await channel.bindQueue(queue, `${prefix}coldsweep.events`, 'keeper.*')
  await channel.consume(
    queue,
    (message) => {
      if (message) report(keeperSentence(JSON.parse(message.content.toString()) as KeeperEvent))
    },
    { noAck: true },
  )
  return { close: () => connection.close().catch(() => {}) }
}

export interface KeeperEvent {
  type: string
  data: { keeper: Address; uncommittedWei: string; alertBelowWei: string }
}

/** Describes a keeper event in one sentence. */
export function keeperSentence({ type, data }: KeeperEvent): string {
  const eth = (wei: string) => `${formatEther(BigInt(wei))} ETH`
  const level = type === 'keeper.recovered' ? 'has recovered' : `is ${type.slice('keeper.'.length)}`
  return `event ${type}: the gas keeper ${level}, ${eth(data.uncommittedWei)} free, alert below ${eth(data.alertBelowWei)}`
}
