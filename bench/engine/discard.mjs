/** Reads standard input, or a port on loopback, as fast as Node can, and forgets it: what is left for an engine. */
import { readSync } from 'node:fs'
import { connect } from 'node:net'

const buffer = Buffer.allocUnsafe(1 << 18)
let bytes = 0
if (process.argv[2] === undefined) {
  for (;;) {
    const got = readSync(0, buffer)
    if (got === 0) break
    bytes += got
  }
  console.log(bytes)
} else {
  const onread = {
    buffer,
    callback: (got) => {
      bytes += got
      return true
    },
  }
  connect({ port: Number(process.argv[2]), host: '127.0.0.1', onread }).on('close', () => console.log(bytes))
}
