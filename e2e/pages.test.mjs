// Each page that anybody can open, with and without JavaScript, at each width.
import assert from 'node:assert/strict'

import { axe, noHorizontalScroll, pageTest, screenshot, site, widths } from './harness.mjs'

const shared = site()

const pages = ['/', '/case-studies', '/case-studies?q=disharge+leters', '/case-studies?q=zzzzqqqq', '/sign-in', '/organisations', '/people', '/accessibility', '/privacy', '/api/docs']

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with JavaScript' : 'without JavaScript'
  for (const path of pages) {
    pageTest(`${path} ${how}`, shared, { javaScriptEnabled }, async page => {
      const response = await page.goto(path)
      assert.equal(response.status(), 200)
      await axe(page)
      for (const width of widths) {
        await page.setViewportSize({ width, height: 800 })
        await noHorizontalScroll(page)
      }
      await screenshot(page, `${path.replaceAll(/[^a-z]+/g, '-')}${javaScriptEnabled ? '' : '-plain'}`)
    })
  }
}
