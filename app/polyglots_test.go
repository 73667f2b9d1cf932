package app_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color/palette"
	"image/gif"
	"image/jpeg"
	"image/png"
	"mime"
	"net/http"
	"path"
	"slices"
	"strings"
	"testing"

	"grassroots/app/apptest"
)

// payload is what would run if a file were taken for something else.
const payload = `<html><script>alert("grassroots")</script></html>`

// picture gives an honest picture in one of three kinds.
func picture(t *testing.T, kind string) []byte {
	t.Helper()
	var out bytes.Buffer
	canvas := image.NewPaletted(image.Rect(0, 0, 16, 16), palette.Plan9)
	err := map[string]func() error{
		"png":  func() error { return png.Encode(&out, canvas) },
		"jpeg": func() error { return jpeg.Encode(&out, canvas, nil) },
		"gif":  func() error { return gif.Encode(&out, canvas, nil) },
	}[kind]()
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// withChunk puts a chunk into a PNG, right behind its header.
func withChunk(content []byte, name, text string) []byte {
	const header = 8 + 25
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(text)))
	chunk = append(chunk, name+text...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
	return slices.Concat(content[:header], chunk, content[header:])
}

// withSegment puts a segment into a JPEG, right behind its beginning.
func withSegment(content []byte, marker byte, text string) []byte {
	return slices.Concat(content[:2], []byte{0xff, marker}, binary.BigEndian.AppendUint16(nil, uint16(len(text)+2)), []byte(text), content[2:])
}

func zipped(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	f, err := w.Create("index.html")
	if err == nil {
		_, err = f.Write([]byte(payload))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A file that is two things at once is kept as one of them, and never run.
func TestFilesThatAreTwoThingsAtOnce(t *testing.T) {
	t.Parallel()
	w := newWholeSite(t)
	onePNG, oneJPEG, oneGIF := picture(t, "png"), picture(t, "jpeg"), picture(t, "gif")
	const pdf = "%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
	for name, one := range map[string]struct {
		content []byte
		kept    string // as what; empty when it is not taken
	}{
		"a PNG with a page behind it":        {slices.Concat(onePNG, []byte(payload)), "image/png"},
		"a PNG with a page in a text":        {withChunk(onePNG, "tEXt", "Comment\x00"+payload), "image/png"},
		"a PNG with a page in a chunk":       {withChunk(onePNG, "htMl", payload), "image/png"},
		"a PNG with an archive behind it":    {slices.Concat(onePNG, zipped(t)), "image/png"},
		"a GIF with a script behind it":      {slices.Concat(oneGIF, []byte("*/=1;alert(1)//"+payload)), "image/gif"},
		"a GIF with a script in a comment":   {slices.Concat(oneGIF[:len(oneGIF)-1], []byte{0x21, 0xfe, byte(len(payload))}, []byte(payload), []byte{0, 0x3b}), "image/gif"},
		"a GIF with an archive behind it":    {slices.Concat(oneGIF, zipped(t)), "image/gif"},
		"a script that begins like a GIF":    {[]byte("GIF89a=1;alert(1);//" + payload), ""},
		"a JPEG with a script in its EXIF":   {withSegment(oneJPEG, 0xe1, "Exif\x00\x00"+payload), "image/jpeg"},
		"a JPEG with a page in a comment":    {withSegment(oneJPEG, 0xfe, payload), "image/jpeg"},
		"a JPEG with a page in a segment":    {withSegment(oneJPEG, 0xed, "Photoshop 3.0\x00"+payload), "image/jpeg"},
		"a JPEG with a page behind it":       {slices.Concat(oneJPEG, []byte(payload)), "image/jpeg"},
		"a PDF with an archive behind it":    {slices.Concat([]byte(pdf), zipped(t)), "application/pdf"},
		"a PDF with a page in it":            {[]byte(strings.Replace(pdf, "trailer", payload+"\ntrailer", 1)), "application/pdf"},
		"an archive with a PDF behind it":    {slices.Concat(zipped(t), []byte(pdf)), ""},
		"a page with a PDF behind it":        {[]byte(payload + pdf), ""},
		"a page with a PNG behind it":        {slices.Concat([]byte(payload), onePNG), ""},
		"an SVG that is called a PNG":        {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), ""},
		"an SVG with a mark of XML":          {[]byte(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), ""},
		"an SVG that begins like a PNG":      {slices.Concat(onePNG[:8], []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`)), ""},
		"a page that begins like a JPEG":     {[]byte("\xff\xd8\xff\xe0" + payload), ""},
		"a page in UTF-16":                   {[]byte("\xff\xfe<\x00h\x00t\x00m\x00l\x00>\x00"), ""},
		"a sheet of style that says its set": {[]byte("@charset \"utf-7\";" + payload), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := w.As(t, w.author)
			address := c.Post("/case-studies/new", nil).Header.Get("Location")
			for _, called := range []struct{ name, kind string }{{"page.html", "text/html"}, {"drawing.svg.png", "image/png"}, {"script.js", "text/javascript"}} {
				answer := c.PostFiles(address+"/files", nil, apptest.File{Field: "file", Name: called.name, ContentType: called.kind, Content: one.content})
				if one.kept == "" {
					if answer.Status != http.StatusUnsupportedMediaType && answer.Status != http.StatusUnprocessableEntity {
						t.Errorf("%s: %d", called.name, answer.Status)
					}
					continue
				}
				answer.WantRedirect(address + "#files")
				wantOnlyAFile(t, c, c.Get(address).Link(strings.TrimSuffix(called.name, path.Ext(called.name))+extensions[one.kept]), one.kept)
			}
		})
	}
}

var extensions = map[string]string{"image/png": ".png", "image/gif": ".gif", "image/jpeg": ".jpg", "application/pdf": ".pdf"}

// wantOnlyAFile fails the test unless an address gives a file of a kind, which
// nothing makes a browser take for a page.
func wantOnlyAFile(t *testing.T, c *apptest.Client, address, kind string) {
	t.Helper()
	for _, accept := range []string{"text/html", "*/*", "image/svg+xml", "text/javascript"} {
		c.Header.Set("Accept", accept)
		file := c.Get(address).Want(http.StatusOK)
		h := file.Header
		disposition, parameters, err := mime.ParseMediaType(h.Get("Content-Disposition"))
		if h.Get("Content-Type") != kind || h.Get("Content-Security-Policy") != "default-src 'none'; sandbox" || h.Get("X-Content-Type-Options") != "nosniff" ||
			err != nil || disposition != "attachment" || !strings.HasSuffix(parameters["filename"], extensions[kind]) {
			t.Errorf("%s comes with %v", address, h)
		}
		if kind != "application/pdf" && (strings.Contains(file.Body, "alert") || strings.Contains(file.Body, "PK\x03\x04")) {
			t.Errorf("%s has what is no picture in it", address)
		}
	}
	c.Header.Del("Accept")
}
