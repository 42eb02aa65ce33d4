// Stands in for `mqtt`: the driver, with the path of a module added. Each client of a process gets a module that no
// other one has.
import driver from 'atmqtt/driver'

export * from 'atmqtt/driver'

const lines = (process.env.COMPAT_LINES ?? '').split(',')
const used = new Set()

const connectWith = (made) => (first, second, allowRetries) => {
  const path = lines.find((line) => !used.has(line))
  used.add(path)
  const client = typeof first === 'string' ? made(first, { ...second, path }, allowRetries) : made({ ...first, path })
  Promise.resolve(client).then(
    (open) => open.on('end', () => used.delete(path)),
    () => used.delete(path),
  )
  return client
}

export const connect = connectWith(driver.connect)
export const connectAsync = connectWith(driver.connectAsync)
export default { ...driver, connect, connectAsync }
