// The fonts of the system: those that the theme brings are as large as all pages of a section.
export { default } from 'vitepress/theme-without-fonts'
