/**
 * A web site that does not exist: sends page views to everyone who connects (Spark: PageViewGenerator).
 *
 *   node --import=tsx examples/page-view-generator.ts 44444 10       # ten a second, on port 44444
 *
 * The same in a shell:
 *   dstream rate 10 --interval 100ms map ./examples/page-views.ts#nextPageView emit | nc -lk 44444
 */
import { type AddressInfo, createServer } from 'node:net'
import { nextPageView } from './page-views.ts'

const [port = '44444', viewsPerSecond = '10'] = process.argv.slice(2)

const server = createServer((socket) => {
  console.log(`Got client connected from: /${socket.remoteAddress}`)
  const timer = setInterval(() => socket.write(`${nextPageView()}\n`), 1000 / Number(viewsPerSecond))
  socket.on('close', () => clearInterval(timer))
  // Who is gone without a word is closed right after.
  socket.on('error', () => {})
})
server.listen(Number(port), '127.0.0.1', () => {
  console.log(`Listening on port: ${(server.address() as AddressInfo).port}`)
})
