import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const cache = join(import.meta.dirname, '..', '..', '..', '.cache', 'site')
const pages = join(cache, 'pages')

const titleOf = (path) => /^# (.*)$/m.exec(readFileSync(join(pages, path), 'utf8'))?.[1].replaceAll('`', '') ?? path

const leading = ['README.md', 'index.md']

/**
 * The pages of a folder, by number and name, without those that lead to the others, and without the forms of the general
 * commands, which one page of the menu lists.
 */
function pagesOf(folder) {
  const names = readdirSync(join(pages, folder), { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md') && !leading.includes(entry.name))
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('general-forms-'))
    .sort(new Intl.Collator('en', { numeric: true }).compare)
  return names.map((name) => ({ text: titleOf(join(folder, name)), link: `/${folder}/${name.slice(0, -3)}` }))
}

const start = [
  { text: 'The late offline', link: '/' },
  { text: 'README', link: '/README' },
  { text: 'Examples', link: '/examples/README' },
  { text: 'Glossary', link: '/docs/glossary' },
  { text: 'Changelog', link: '/CHANGELOG' },
]
const inside = [
  { text: 'Architecture', link: '/docs/architecture' },
  { text: 'Contributing', link: '/CONTRIBUTING' },
]
const sections = [
  { text: 'Guides', link: '/docs/guide/firmware-in-ci', under: '/docs/guide/' },
  { text: 'Reference', link: '/docs/reference/cli', under: '/docs/reference/' },
  { text: 'Result codes', link: '/docs/reference/codes/' },
  { text: 'Causes', link: '/docs/reference/causes/README' },
  { text: 'What the module does', link: '/docs/reference/requirements/README', under: '/docs/reference/requirements/' },
  { text: 'Inside', link: '/docs/architecture', under: '/docs/design/', first: inside },
]

/** All sections, and the pages of one: a menu of all pages would be seven times as large as a page. */
function menuOf(open) {
  const items = sections.map(({ text, link, under, first = [] }) => {
    if (under === undefined || under !== open) return { text, link }
    return { text, link, items: [...first, ...pagesOf(under.slice(1, -1))] }
  })
  return [{ text: 'Start', items: start }, ...items]
}

/** What a page has as text besides Markdown: places to link to, and line breaks in tables. */
function allowedHtml(md) {
  md.inline.ruler.before('autolink', 'allowed-html', (state, silent) => {
    const found = /^<a id="[\w.-]+"><\/a>|^<br>/.exec(state.src.slice(state.pos, state.pos + 100))
    if (!found) return false
    if (!silent) state.push('html_inline', '', 0).content = found[0]
    state.pos += found[0].length
    return true
  })
}

/** Vue would take replies between braces for its own: in text they are written as entities, in code they are left alone. */
function bracesAreText(md) {
  const { code_inline: code } = md.renderer.rules
  md.renderer.rules.code_inline = (...given) => code(...given).replace('<code', '<code v-pre')
  md.renderer.rules.text = (tokens, i) => md.utils.escapeHtml(tokens[i].content).replaceAll('{{', '&#123;&#123;')
}

/** As GitHub does it, for which the links of the pages are written. */
const slugOf = (heading) =>
  heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-')

export default {
  title: 'atmqtt',
  description: 'A software SIM7672X / SIM7652X LTE module: MQTT over AT commands, against a real broker.',
  srcDir: pages,
  outDir: join(cache, 'out'),
  cacheDir: join(cache, 'vitepress'),
  cleanUrls: false,
  // What each page would have of all others stands in one file.
  metaChunk: true,
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  // Parameters stand between signs: they are text.
  markdown: {
    html: false,
    anchor: { slugify: slugOf },
    config: (md) => {
      allowedHtml(md)
      bracesAreText(md)
    },
  },
  themeConfig: {
    outline: [2, 3],
    search: {
      provider: 'local',
      options: {
        miniSearch: {
          // "0,34" is neither nearly "0,35" nor the beginning of a longer word; whose title says it comes first.
          searchOptions: {
            boost: { title: 12, text: 2, titles: 1 },
            fuzzy: (term) => (/\d/.test(term) ? false : 0.2),
            prefix: (term) => term.length > 2,
          },
          options: {
            // Runs in the page: it may use nothing from here. "0,34" and "+CMQTTPUB" are words, and so are their parts.
            tokenize: (text) =>
              text
                .split(/[\s`"'()[\]{}<>|;:!?]+/)
                .map((word) => word.replace(/^[.,=]+|[.,=]+$/g, ''))
                .filter(Boolean)
                .flatMap((word) => {
                  const parts = word.split(/[^\p{L}\p{N}]+/u).filter(Boolean)
                  return parts.length === 1 && parts[0] === word ? [word] : [word, ...parts]
                }),
          },
        },
      },
    },
    nav: [
      { text: 'Guides', link: '/docs/guide/firmware-in-ci' },
      { text: 'Command line', link: '/docs/reference/cli' },
      { text: 'Result codes', link: '/docs/reference/codes/' },
      { text: 'Explain my log', link: '/explain-my-log.html', target: '_self' },
    ],
    sidebar: {
      ...Object.fromEntries(sections.flatMap(({ under }) => (under === undefined ? [] : [[under, menuOf(under)]]))),
      '/docs/reference/codes/': menuOf(undefined),
      '/docs/reference/causes/': menuOf(undefined),
      '/': menuOf('/docs/guide/'),
    },
  },
}
