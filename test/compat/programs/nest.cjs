// @nestjs/microservices over MQTT: calls, events, errors, streams of answers, options of a single message.
require('reflect-metadata')
const { Controller, Module } = require('@nestjs/common')
const { NestFactory } = require('@nestjs/core')
const nest = require('@nestjs/microservices')
const { firstValueFrom, from, toArray } = require('rxjs')
const { program, say, until, url } = require('./world.cjs')

const { ClientProxyFactory, Ctx, EventPattern, MessagePattern, MqttRecordBuilder, Payload, RpcException, Transport } =
  nest
const events = []

class Sums {
  sum(numbers) {
    return numbers.reduce((a, b) => a + b, 0)
  }

  count(to) {
    return from(Array.from({ length: to }, (_, n) => n))
  }

  fail() {
    throw new RpcException('no such thing')
  }

  heard(data, context) {
    events.push([context.getTopic(), data])
  }
}

/** What decorators do in TypeScript. */
function decorate(name, pattern) {
  pattern(Sums.prototype, name, Object.getOwnPropertyDescriptor(Sums.prototype, name))
  Payload()(Sums.prototype, name, 0)
  if (name === 'heard') Ctx()(Sums.prototype, name, 1)
}
decorate('sum', MessagePattern('sum'))
decorate('count', MessagePattern('count'))
decorate('fail', MessagePattern('fail'))
decorate('heard', EventPattern('events/+/made'))
Controller()(Sums)
class App {}
Module({ controllers: [Sums] })(App)

program(async () => {
  const options = { url, clientId: 'nest-server', subscribeOptions: { qos: 1, nl: false, rap: false, rh: 0 } }
  const app = await NestFactory.createMicroservice(App, { transport: Transport.MQTT, options, logger: false })
  await app.listen()
  const client = ClientProxyFactory.create({
    transport: Transport.MQTT,
    options: { url, clientId: 'nest-client', userProperties: { 'x-version': '1.0' } },
  })
  const status = []
  client.status.subscribe((each) => status.push(each))
  await client.connect()
  say('sum', await firstValueFrom(client.send('sum', [1, 2, 3])))
  for (const n of [4, 5, 6]) say('sum', await firstValueFrom(client.send('sum', [n, n])))
  say('stream', await firstValueFrom(client.send('count', 4).pipe(toArray())))
  say('failed', await firstValueFrom(client.send('fail', {})).catch((error) => error))
  const record = new MqttRecordBuilder({ n: 1 })
    .setQoS(1)
    .setProperties({ userProperties: { a: 'b' } })
    .build()
  await firstValueFrom(client.emit('events/one/made', record))
  await firstValueFrom(client.emit('events/two/made', 'text'))
  await until(() => events.length === 2, 'two events')
  for (const each of events.sort()) say('event', ...each)
  say('status', status)
  await client.close()
  await app.close()
})
