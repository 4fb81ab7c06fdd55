// Runs one server: node server.cjs kinesis|dynamodb FOLDER PORT DATA [MILLISECONDS]
const { createRequire } = require('node:module')
const { join } = require('node:path')

const [kind, folder, port, data, milliseconds = '20'] = process.argv.slice(2)
const find = createRequire(join(folder, 'package.json'))
const wait = Number(milliseconds)

async function main() {
  if (kind === 'kinesis') {
    const options = {
      path: data,
      createStreamMs: wait,
      updateStreamMs: wait,
      deleteStreamMs: wait,
      shardLimit: 100,
    }
    find('kinesalite')(options).listen(Number(port), '127.0.0.1')
  } else {
    const module = await import(find.resolve('dynalite'))
    const options = { path: data, createTableMs: wait, updateTableMs: wait, deleteTableMs: wait }
    ;(module.default ?? module)(options).listen(Number(port), '127.0.0.1')
  }
}

void main()
