import { expect, test } from 'vitest'

test('shows nothing', () => expect(1).toBe(1))
