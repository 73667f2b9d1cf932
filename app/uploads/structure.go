package uploads

import (
	"bytes"
	"encoding/binary"
	"errors"
)

// These read how a file is put together, without decoding it: whether there is
// anything in it but picture, and how much work it would be. What they do not
// understand is not pure, and the decoder has the last word.

// The markers of JPEG that a picture needs. Everything else that can stand in a
// file is metadata: APP1 has EXIF and its places, COM has comments.
const (
	jpegTEM  = 0x01
	jpegSOF0 = 0xC0
	jpegSOF1 = 0xC1
	jpegSOF2 = 0xC2
	jpegDHT  = 0xC4
	jpegRST0 = 0xD0
	jpegRST7 = 0xD7
	jpegSOI  = 0xD8
	jpegEOI  = 0xD9
	jpegSOS  = 0xDA
	jpegDQT  = 0xDB
	jpegDRI  = 0xDD
)

// readJPEG reports whether a JPEG holds nothing but picture, and counts its
// scans.
func readJPEG(b []byte) (pure bool, scans int) {
	if !bytes.HasPrefix(b, []byte{0xFF, jpegSOI}) {
		return false, 0
	}
	pure = true
	for i := 2; ; {
		if i+2 > len(b) || b[i] != 0xFF {
			return false, scans
		}
		marker := b[i+1]
		i += 2
		switch marker {
		case jpegEOI:
			return pure && i == len(b), scans
		case 0xFF: // padding
			i--
			pure = false
			continue
		case jpegTEM, jpegSOI:
			pure = false
			continue
		case jpegSOS:
			scans++
		case jpegSOF0, jpegSOF1, jpegSOF2, jpegDHT, jpegDQT, jpegDRI:
		default:
			pure = false
		}
		if i+2 > len(b) {
			return false, scans
		}
		i += int(binary.BigEndian.Uint16(b[i:]))
		if marker == jpegSOS {
			i = afterScan(b, i)
		}
	}
}

// afterScan is where the coded data of a scan ends and the next marker stands.
func afterScan(b []byte, i int) int {
	for i < len(b) {
		next := bytes.IndexByte(b[i:], 0xFF)
		if next < 0 || i+next+1 >= len(b) {
			return len(b)
		}
		i += next
		if m := b[i+1]; m != 0 && (m < jpegRST0 || m > jpegRST7) {
			return i
		}
		i += 2
	}
	return len(b)
}

// readPNG reports whether a PNG holds nothing but picture. Texts, EXIF, times
// and colour profiles have chunks of their own.
func readPNG(b []byte) bool {
	const signature, frame = 8, 12 // a chunk's length, name and checksum
	for i := signature; i+frame <= len(b); {
		length := binary.BigEndian.Uint32(b[i:])
		if uint64(length) > uint64(len(b)-i-frame) {
			return false
		}
		switch string(b[i+4 : i+8]) {
		case "IHDR", "PLTE", "tRNS", "IDAT":
		case "IEND":
			return length == 0 && i+frame == len(b)
		default:
			return false
		}
		i += frame + int(length)
	}
	return false
}

var errGIF = errors.New("the blocks of the GIF do not fit together")

// gifReader goes over the blocks of a GIF.
type gifReader struct {
	b      []byte
	i      int
	pure   bool
	pixels int
}

// readGIF reports whether a GIF holds nothing but picture, and counts the
// pixels of all its frames: the canvas says nothing of how many there are.
func readGIF(b []byte) (pure bool, pixels int, err error) {
	g := &gifReader{b: b, i: 6, pure: true}
	if err := g.header(); err != nil {
		return false, 0, err
	}
	for {
		block, err := g.byte()
		if err != nil {
			return false, 0, err
		}
		switch block {
		case 0x3B:
			return g.pure && g.i == len(b), g.pixels, nil
		case 0x2C:
			err = g.frame()
		case 0x21:
			err = g.extension()
		default:
			err = errGIF
		}
		if err != nil {
			return false, 0, err
		}
		if g.pixels > 3*maxPixels { // enough is known
			return false, g.pixels, nil
		}
	}
}

func (g *gifReader) byte() (byte, error) {
	if g.i >= len(g.b) {
		return 0, errGIF
	}
	g.i++
	return g.b[g.i-1], nil
}

func (g *gifReader) take(n int) ([]byte, error) {
	if n > len(g.b)-g.i {
		return nil, errGIF
	}
	g.i += n
	return g.b[g.i-n : g.i], nil
}

// header passes the canvas and its colours.
func (g *gifReader) header() error {
	screen, err := g.take(7)
	if err != nil {
		return err
	}
	return g.colours(screen[4])
}

func (g *gifReader) colours(flags byte) error {
	if flags&0x80 == 0 {
		return nil
	}
	_, err := g.take(3 << (1 + flags&7))
	return err
}

func (g *gifReader) frame() error {
	d, err := g.take(9)
	if err != nil {
		return err
	}
	g.pixels += int(binary.LittleEndian.Uint16(d[4:])) * int(binary.LittleEndian.Uint16(d[6:]))
	if err := g.colours(d[8]); err != nil {
		return err
	}
	if _, err := g.byte(); err != nil { // the code size
		return err
	}
	_, err = g.subBlocks()
	return err
}

// extension passes a block beside the picture: how a frame follows another and
// how often all repeat belong to it, comments and what programs add do not.
func (g *gifReader) extension() error {
	label, err := g.byte()
	if err != nil {
		return err
	}
	blocks, err := g.subBlocks()
	if err != nil {
		return err
	}
	timing := label == 0xF9 && len(blocks) == 1 && len(blocks[0]) == 4
	loop := label == 0xFF && len(blocks) == 2 && string(blocks[0]) == "NETSCAPE2.0" && len(blocks[1]) == 3
	g.pure = g.pure && (timing || loop)
	return nil
}

func (g *gifReader) subBlocks() ([][]byte, error) {
	var blocks [][]byte
	for {
		n, err := g.byte()
		if err != nil {
			return nil, err
		}
		if n == 0 {
			return blocks, nil
		}
		b, err := g.take(int(n))
		if err != nil {
			return nil, err
		}
		blocks = append(blocks, b)
	}
}

// isMovingWebP reports whether a WebP image says that it has frames.
func isMovingWebP(b []byte) bool {
	const animation = 1 << 1
	return len(b) > 20 && string(b[12:16]) == "VP8X" && b[20]&animation != 0
}
