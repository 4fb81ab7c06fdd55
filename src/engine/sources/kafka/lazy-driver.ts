import type { KafkaDriver, KafkaSettings } from './driver.ts'

/** Return a driver that is loaded with the first question: a plan that is only explained asks none. */
export function lazyDriver(settings: KafkaSettings): KafkaDriver {
  let loading: Promise<KafkaDriver> | undefined
  const driver = (): Promise<KafkaDriver> => {
    loading ??= import('./platformatic.ts').then(({ createDriver }) => createDriver(settings))
    return loading
  }
  return {
    topics: async () => (await driver()).topics(),
    partitions: async (...words) => (await driver()).partitions(...words),
    offsets: async (...words) => (await driver()).offsets(...words),
    committed: async (...words) => (await driver()).committed(...words),
    commit: async (...words) => (await driver()).commit(...words),
    join: async (...words) => (await driver()).join(...words),
    fetch: async (...words) => (await driver()).fetch(...words),
    close: async () => (await loading?.catch(() => undefined))?.close(),
  }
}
