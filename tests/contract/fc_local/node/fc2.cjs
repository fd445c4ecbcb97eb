// Drives the unmodified @alicloud/fc2. argv: the folder of node modules. stdin: {"account", "options", "calls": [[method, ...args]]}.
// stdout: one JSON array; a call gives {"headers", "data"} or {"error": {"name", "code", "message"}}.
'use strict';

const path = require('node:path');
const FC = require(path.join(process.argv[2], '@alicloud', 'fc2'));

function revive(value) {
  return value && typeof value === 'object' && '$buffer' in value ? Buffer.from(value.$buffer, 'base64') : value;
}

async function main() {
  let text = '';
  for await (const chunk of process.stdin) text += chunk;
  const { account, options, calls } = JSON.parse(text);
  const client = new FC(account, options);
  const results = [];
  for (const [method, ...args] of calls) {
    try {
      const { headers, data } = await client[method](...args.map(revive));
      results.push({ headers, data: Buffer.isBuffer(data) ? data.toString() : data });
    } catch (error) {
      results.push({ error: { name: error.name, code: error.code, message: error.message } });
    }
  }
  process.stdout.write(JSON.stringify(results));
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
