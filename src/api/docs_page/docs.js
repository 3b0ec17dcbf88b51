// Renders /openapi.json and lets each operation be tried. No dependencies, no other hosts.
'use strict';

const METHODS = ['get', 'post'];
const EXAMPLES = {
  SearchRequest: { q: 'a quiet show about a travelling doctor of spirits', limit: 3 },
  RecommendRequest: { liked: ['mal:457'], limit: 3 },
  IdsRequest: { ids: ['mal:1', 'anilist:16498'] },
  LegacyRequest: { text_query: 'notebook that kills whoever is written in it', sort_by: 'relevance' },
};

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'class') node.className = value;
    else if (name in node) node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

function follow(description, value) {
  if (!value || !value.$ref) return value;
  return value.$ref.slice(2).split('/').reduce((node, key) => node[key.replace(/~1/g, '/')], description);
}

function nameOf(value) {
  return value && value.$ref ? value.$ref.split('/').pop() : '';
}

function kindOf(schema) {
  if (!schema) return '';
  if (schema.$ref) return nameOf(schema);
  if (schema.oneOf) return schema.oneOf.map(kindOf).join(' | ');
  if (schema.enum) return schema.enum.map((word) => JSON.stringify(word)).join(' | ');
  if (schema.type === 'array') return `${kindOf(schema.items)}[]`;
  let kind = [].concat(schema.type ?? 'any').join(' | ');
  if (schema.minimum !== undefined || schema.maximum !== undefined) {
    kind += ` ${schema.minimum ?? '…'} to ${schema.maximum ?? '…'}`;
  }
  return kind;
}

function schemaTable(description, schema) {
  const whole = follow(description, schema);
  if (!whole || !whole.properties) return element('p', {}, kindOf(schema));
  const rows = Object.entries(whole.properties).map(([name, value]) =>
    element('tr', {},
      element('td', {}, element('code', {}, name + ((whole.required ?? []).includes(name) ? '' : '?'))),
      element('td', {}, element('code', {}, kindOf(value))),
      element('td', {}, value.description ?? (follow(description, value) ?? {}).description ?? '')));
  return element('table', {}, ...rows);
}

function mergedSchemas(description, root, met = new Set()) {
  const names = [];
  const visit = (value) => {
    if (!value || typeof value !== 'object') return;
    if (value.$ref && value.$ref.startsWith('#/components/schemas/')) {
      const name = nameOf(value);
      if (met.has(name)) return;
      met.add(name);
      names.push(name);
      visit(follow(description, value));
      return;
    }
    Object.values(value).forEach(visit);
  };
  visit(root);
  return names;
}

function parameterRows(parameters) {
  return parameters.map((parameter) => {
    const input = element('input', { name: parameter.name, 'aria-label': parameter.name });
    input.dataset.place = parameter.in;
    input.dataset.many = String(parameter.schema.type === 'array');
    return element('tr', {},
      element('td', {}, element('code', {}, parameter.name + (parameter.required ? '' : '?'))),
      element('td', {}, element('code', {}, kindOf(parameter.schema)), element('div', {}, parameter.description ?? '')),
      element('td', {}, input));
  });
}

async function send(method, path, form, output) {
  const query = new URLSearchParams();
  let target = path;
  for (const input of form.querySelectorAll('input')) {
    if (!input.value) continue;
    if (input.dataset.place === 'path') target = target.replace(`{${input.name}}`, encodeURIComponent(input.value));
    else if (input.dataset.many === 'true') input.value.split(',').forEach((value) => query.append(input.name, value.trim()));
    else query.append(input.name, input.value);
  }
  const body = form.querySelector('textarea');
  if ([...query].length > 0) target += `?${query}`;
  output.textContent = `${method.toUpperCase()} ${target}\n…`;
  const headers = body ? { 'Content-Type': 'application/json' } : {};
  const key = document.getElementById('key').value.trim();
  if (key) headers['X-API-Key'] = key;
  try {
    const answer = await fetch(target, {
      method: method.toUpperCase(),
      headers,
      body: body ? body.value : undefined,
    });
    const text = await answer.text();
    let shown = text;
    try { shown = JSON.stringify(JSON.parse(text), null, 2); } catch { /* not JSON: as it is */ }
    output.textContent = `${method.toUpperCase()} ${target}\n${answer.status} ${answer.statusText}\n\n${shown}`;
  } catch (error) {
    output.textContent = String(error);
  }
}

function operationCard(description, path, method, operation) {
  const parameters = (operation.parameters ?? []).map((p) => follow(description, p)).filter((p) => p.in !== 'header');
  const bodySchema = operation.requestBody?.content?.['application/json']?.schema;
  const answer = operation.responses['200']?.content ?? {};
  const answerSchema = answer['application/json']?.schema;
  const output = element('pre', { hidden: true });
  const form = element('form', {});
  if (parameters.length) form.append(element('table', {}, ...parameterRows(parameters)));
  if (bodySchema) {
    form.append(element('textarea', { 'aria-label': 'body', value: JSON.stringify(EXAMPLES[nameOf(bodySchema)] ?? {}, null, 2) }));
  }
  form.append(element('button', { type: 'submit' }, 'Send'));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    output.hidden = false;
    send(method, path, form, output);
  });
  const body = element('div', { class: 'body' }, operation.description ? element('p', {}, operation.description) : null, form, output);
  for (const name of mergedSchemas(description, [bodySchema, answerSchema])) {
    body.append(element('h4', {}, name), schemaTable(description, { $ref: `#/components/schemas/${name}` }));
  }
  return element('details', { id: operation.operationId },
    element('summary', {},
      element('span', { class: 'method' }, method.toUpperCase()),
      element('span', { class: 'path' }, path),
      element('span', {}, operation.summary ?? '')),
    body);
}

async function main() {
  const description = await (await fetch('/openapi.json')).json();
  document.getElementById('about').textContent =
    `${description.info.summary} Version ${description.info.version}. ${description.info.description}`;
  const operations = document.getElementById('operations');
  for (const tag of description.tags) {
    operations.append(element('h2', {}, tag.name), element('p', {}, tag.description ?? ''));
    for (const [path, item] of Object.entries(description.paths)) {
      for (const method of METHODS) {
        if (item[method] && item[method].tags.includes(tag.name)) {
          operations.append(operationCard(description, path, method, item[method]));
        }
      }
    }
  }
}

main().catch((error) => { document.getElementById('about').textContent = String(error); });
