// npm runs it where it has just installed all dependencies: for `npm install git+…`, `npm pack` and `npm install` by hand.
import { build } from './ensure.mjs'

build('types')
