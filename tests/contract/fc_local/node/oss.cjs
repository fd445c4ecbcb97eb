// Drives the unmodified ali-oss in path style. argv: the folder of node modules. stdin: {"options", "calls": [[method, ...args]]}.
// stdout: one JSON array; a call gives {"status", "headers", "content" (base64, of a get)} or {"error": {"status", "code"}}.
'use strict';

const path = require('node:path');
const OSS = require(path.join(process.argv[2], 'ali-oss'));

function revive(value) {
  return value && typeof value === 'object' && '$buffer' in value ? Buffer.from(value.$buffer, 'base64') : value;
}

async function main() {
  let text = '';
  for await (const chunk of process.stdin) text += chunk;
  const { options, calls } = JSON.parse(text);
  const client = new OSS({ ...options, sldEnable: true });
  const results = [];
  for (const [method, ...args] of calls) {
    try {
      const { res, content } = await client[method](...args.map(revive));
      const body = Buffer.isBuffer(content) ? content.toString('base64') : null;
      results.push({ status: res.status, headers: res.headers, content: body });
    } catch (error) {
      results.push({ error: { status: error.status, code: error.code, message: error.message } });
    }
  }
  process.stdout.write(JSON.stringify(results));
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exit(1);
});
