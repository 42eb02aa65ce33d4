// The test puts the code of docs/guide/browser.md in the place of this file.
