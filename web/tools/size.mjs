// The initial load's JavaScript, gzipped, against its limit: everything that index.html needs
// before anything is clicked.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const kLimitBytes = 150 * 1024;
const dist = new URL('../dist/', import.meta.url);
/** @type {Record<string, {file: string, isEntry?: boolean, imports?: string[]}>} */
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));

const wanted = new Set(Object.keys(manifest).filter((key) => manifest[key]?.isEntry));
for (const key of wanted) for (const other of manifest[key]?.imports ?? []) wanted.add(other);

const files = [...new Set([...wanted].map((key) => manifest[key]?.file ?? ''))].filter((file) => file.endsWith('.js'));
const bytes = ['theme.js', ...files]
  .map((file) => gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length)
  .reduce((sum, length) => sum + length, 0);
console.log(`initial JavaScript: ${(bytes / 1024).toFixed(1)} kB gzip, limit ${kLimitBytes / 1024} kB`);
if (bytes > kLimitBytes) process.exitCode = 1;
