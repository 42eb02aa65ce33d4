import { expect, test } from 'vitest'
import { isLoopback } from './tcp-socket.ts'

test.each(['127.0.0.1', '127.8.9.10', '::1', 'localhost', 'LocalHost', '::ffff:127.0.0.1'])(
  '%s is this machine',
  (host) => {
    expect(isLoopback(host)).toBe(true)
  },
)

test.each(['0.0.0.0', '::', '192.168.1.2', '128.0.0.1', 'fe80::1', '::ffff:10.0.0.1', 'host.example', ''])(
  '%s may be reached by others',
  (host) => {
    expect(isLoopback(host)).toBe(false)
  },
)
