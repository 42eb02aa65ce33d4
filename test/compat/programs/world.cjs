// What every program here has: where the broker is, how it says what it observed, and a client outside of it.
const outsideMqtt = require('mqttjs')

const { COMPAT_HOST: host, COMPAT_PORT: port } = process.env

/** One line of JSON for each observation; the same lines are expected on MQTT.js and through the module. */
const say = (...observed) => console.log(JSON.stringify(observed))

/** Polls until something is so. */
async function until(condition, what) {
  for (const deadline = Date.now() + 20_000; ; ) {
    const value = await condition()
    if (value) return value
    if (Date.now() > deadline) throw new Error(`Not within 20 s: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** Runs the program; an error that nobody caught is its end. */
function program(main) {
  main().catch((error) => {
    console.error(error)
    process.exit(1)
  })
}

/** Somebody else at the same broker, always by MQTT.js and without a module. */
const outside = () => outsideMqtt.connectAsync(`mqtt://${host}:${port}`)

module.exports = { host, port: Number(port), url: `mqtt://${host}:${port}`, say, until, program, outside }
