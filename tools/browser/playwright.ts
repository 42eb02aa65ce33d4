export { type BrowserContext, chromium, type Page } from 'playwright-core'
