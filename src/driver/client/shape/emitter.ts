/** Events by name, each with the arguments of its listeners. */
export type EventArguments<E> = { readonly [K in keyof E]: readonly unknown[] }
type Listener<Arguments> = (...args: Arguments extends readonly unknown[] ? Arguments : never) => void

/** The methods that Node's emitter and eventemitter3 share. */
export interface ClientEmitter<E extends EventArguments<E>> {
  on<K extends keyof E>(event: K, listener: Listener<E[K]>): this
  addListener<K extends keyof E>(event: K, listener: Listener<E[K]>): this
  once<K extends keyof E>(event: K, listener: Listener<E[K]>): this
  off<K extends keyof E>(event: K, listener: Listener<E[K]>): this
  removeListener<K extends keyof E>(event: K, listener: Listener<E[K]>): this
  removeAllListeners(event?: keyof E): this
  emit<K extends keyof E>(event: K, ...args: E[K]): boolean
  listeners<K extends keyof E>(event: K): Listener<E[K]>[]
  listenerCount(event: keyof E): number
  eventNames(): (keyof E)[]
}

/** A class whose emitter's methods its platform gives it. */
export const PlatformEmitter = class {} as new <E extends EventArguments<E>>() => ClientEmitter<E>

/** A method that is told of each listener that is added. */
export const listenerAdded = Symbol('listenerAdded')

/** An emitter whose constructor can be called on any object, as Node's and eventemitter3's can. */
export type EmitterClass = (new () => object) & { readonly prototype: object }

const adding = ['on', 'addListener', 'once', 'prependListener', 'prependOnceListener']

/** Gives a class the methods of an emitter; the prototype chain stays, so that one class serves both platforms. */
export function useEmitter(target: { readonly prototype: object }, emitter: EmitterClass): void {
  const { constructor: _, ...methods } = Object.getOwnPropertyDescriptors(emitter.prototype) as PropertyDescriptorMap
  for (const name of adding) if (methods[name]) methods[name] = toldOf(methods[name])
  Object.defineProperties(target.prototype, methods)
}

interface Listened {
  [listenerAdded](event: unknown): void
}

function toldOf(method: PropertyDescriptor): PropertyDescriptor {
  const add = method.value as (this: Listened, event: unknown, ...rest: unknown[]) => unknown
  const value = function (this: Listened, event: unknown, ...rest: unknown[]): unknown {
    this[listenerAdded](event)
    return add.call(this, event, ...rest)
  }
  return { ...method, value }
}

/** What the emitter's own constructor sets. */
export const initEmitter = (target: object, emitter: EmitterClass): void =>
  (emitter as unknown as { call(target: object): void }).call(target)
