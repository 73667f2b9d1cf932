package uploads

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/color/palette"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"
)

// The secret is what must never come out of a cleaned image.
const secret = "Ward 7, Jo Bloggs, NHS 943 476 5919"

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// scene is wider than high, with red in its top left corner and blue elsewhere.
func scene() *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, 64, 32))
	for y := range 32 {
		for x := range 64 {
			c := color.NRGBA{B: 220, A: 255}
			if x < 32 && y < 16 {
				c = color.NRGBA{R: 220, A: 255}
			}
			img.Set(x, y, c)
		}
	}
	return img
}

func jpegFile(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, jpeg.Encode(&b, scene(), nil))
	return b.Bytes()
}

func pngFile(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, png.Encode(&b, scene()))
	return b.Bytes()
}

func gifFile(t testing.TB, frames int) []byte {
	t.Helper()
	all := &gif.GIF{LoopCount: 3}
	for i := range frames {
		f := image.NewPaletted(image.Rect(0, 0, 16, 16), palette.Plan9)
		for p := range f.Pix {
			f.Pix[p] = uint8(i)
		}
		all.Image, all.Delay = append(all.Image, f), append(all.Delay, 10+i)
	}
	var b bytes.Buffer
	must(t, gif.EncodeAll(&b, all))
	return b.Bytes()
}

// exif is the metadata of a telephone: orientation, a place, and a comment.
func exif(orientation uint16) []byte {
	var b bytes.Buffer
	be := binary.BigEndian
	write := func(vs ...any) {
		for _, v := range vs {
			_ = binary.Write(&b, be, v)
		}
	}
	write([]byte("MM"), uint16(42), uint32(8))
	write(uint16(3)) // entries of the first folder, at 8
	write(uint16(0x010E), uint16(2), uint32(len(secret)+1), uint32(200))
	write(uint16(0x0112), uint16(3), uint32(1), orientation, uint16(0))
	write(uint16(0x8825), uint16(4), uint32(1), uint32(60)) // GPS folder
	write(uint32(0))
	b.Write(make([]byte, 60-b.Len()))
	write(uint16(2))
	write(uint16(1), uint16(2), uint32(2), []byte("N\x00\x00\x00"))
	write(uint16(2), uint16(5), uint32(3), uint32(120))
	write(uint32(0))
	b.Write(make([]byte, 120-b.Len()))
	write(uint32(53), uint32(1), uint32(48), uint32(1), uint32(2317), uint32(100))
	b.Write(make([]byte, 200-b.Len()))
	b.WriteString(secret + "\x00")
	return b.Bytes()
}

// segment is a part of a JPEG.
func segment(marker byte, content []byte) []byte {
	return append([]byte{0xFF, marker, byte((len(content) + 2) >> 8), byte(len(content) + 2)}, content...)
}

// photo is a JPEG with everything that a telephone and an editor add.
func photo(t testing.TB, orientation uint16) []byte {
	t.Helper()
	plain := jpegFile(t)
	return bytes.Join([][]byte{
		plain[:2],
		segment(0xE0, []byte("JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00")),
		segment(0xE1, append([]byte("Exif\x00\x00"), exif(orientation)...)),
		segment(0xE1, []byte("http://ns.adobe.com/xap/1.0/\x00<x>"+secret+"</x>")),
		segment(0xED, []byte("Photoshop 3.0\x00"+secret)),
		segment(0xFE, []byte(secret)),
		plain[2:],
		[]byte(secret), // after the end
	}, nil)
}

func pngChunk(name string, content []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(content)))
	b = append(append(b, name...), content...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// screenshot is a PNG with texts, EXIF and more.
func screenshot(t testing.TB) []byte {
	t.Helper()
	plain := pngFile(t)
	const header = 8 + 25
	return bytes.Join([][]byte{
		plain[:header],
		pngChunk("tEXt", []byte("Comment\x00"+secret)),
		pngChunk("iTXt", []byte("XML:com.adobe.xmp\x00\x00\x00\x00\x00"+secret)),
		pngChunk("eXIf", exif(1)),
		pngChunk("tIME", []byte{7, 234, 3, 2, 9, 0, 0}),
		plain[header:],
		[]byte(secret),
	}, nil)
}

// animation is a GIF with a comment, a program's block and a tail.
func animation(t testing.TB) []byte {
	t.Helper()
	plain := gifFile(t, 3)
	const canvas = 13
	colours := 3 << (1 + plain[10]&7)
	if plain[10]&0x80 == 0 {
		colours = 0
	}
	sub := func(s string) string { return string(rune(len(s))) + s }
	return bytes.Join([][]byte{
		plain[:canvas+colours],
		[]byte("\x21\xFE" + sub(secret) + "\x00"),
		[]byte("\x21\xFF" + sub("XMP DataXMP") + sub(secret) + "\x00"),
		plain[canvas+colours:],
		[]byte(secret),
	}, nil)
}

// Made by a browser's canvas, 8 by 4: blue in the top left quarter, red
// elsewhere; half transparent where it is red in the second.
const (
	webpLossy    = "UAIAnQEqCAAEAAFAJiWwBBgE2WwBDAHSwBKgAP7yOmLyvTSVjaX9oBTM19rdH9bST9+1by5773RxTS//7bek//86zXeHnBRaXx/92C/92C/1sAAA"
	webpLossless = "LwfAABAPcA/7Nx3fw/d/gKGFeYjofwwA"
)

func riff(chunks ...[]byte) []byte {
	body := append([]byte("WEBP"), bytes.Join(chunks, nil)...)
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
}

func riffChunk(name string, content []byte) []byte {
	b := binary.LittleEndian.AppendUint32([]byte(name), uint32(len(content)))
	b = append(b, content...)
	if len(content)%2 == 1 {
		b = append(b, 0)
	}
	return b
}

// webpFile is a WebP image with EXIF; flags are those of its header.
func webpFile(t testing.TB, name, coded string, flags byte) []byte {
	t.Helper()
	content, err := base64.StdEncoding.DecodeString(coded)
	must(t, err)
	return riff(
		riffChunk("VP8X", []byte{flags | 1<<3, 0, 0, 0, 7, 0, 0, 3, 0, 0}),
		riffChunk(name, content),
		riffChunk("EXIF", exif(1)),
	)
}

const pdfFile = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n" +
	"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
