package words

import (
	"fmt"
	"strings"
	"testing"

	"grassroots/models"
)

// BenchmarkHTML: what a reader of Welsh waits for longer, on a page of 20 cards.
func BenchmarkHTML(b *testing.B) {
	book, err := Load()
	if err != nil {
		b.Fatal(err)
	}
	var page strings.Builder
	page.WriteString(`<!DOCTYPE html><html lang="en-GB"><head><title>Case studies - Grassroots</title></head><body><nav aria-label="Menu"><ul><li><a href="/">Home</a></li></ul></nav>`)
	for i := range 20 {
		fmt.Fprintf(&page, `<article><h2><a href="/x"><bdi>Letters in minutes %d</bdi></a></h2><p dir="auto">%s</p><p><strong>In use</strong> <a href="/o"><bdi>Leeds</bdi></a> <span>Posted <time datetime="2026-03-03">3 March 2026</time></span></p><p><a href="/c">%d comments</a></p></article>`, i, strings.Repeat("What a busy colleague reads first. ", 8), i)
	}
	page.WriteString(`</body></html>`)
	text := []byte(page.String())
	for _, lang := range models.Languages() {
		b.Run(string(lang), func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				book.HTML(lang, text)
			}
		})
	}
}
