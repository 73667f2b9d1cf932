package uploads

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/gif"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"grassroots/models"
)

func openStore(t *testing.T) *Store {
	t.Helper()
	s, err := Open(t.Context(), "file://"+filepath.ToSlash(t.TempDir())+"/a b/uploads")
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	return s
}

// files are all the files below the store's folder.
func files(t *testing.T, s *Store) []string {
	t.Helper()
	var names []string
	must(t, filepath.WalkDir(s.dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, d.Name())
		}
		return err
	}))
	return names
}

func add(t *testing.T, s *Store, content []byte) (Kept, []byte) {
	t.Helper()
	k, err := s.Add(t.Context(), bytes.NewReader(content), 0)
	must(t, err)
	return k, read(t, s, k.SHA256)
}

func read(t *testing.T, s *Store, sum string) []byte {
	t.Helper()
	r, err := s.Open(t.Context(), sum)
	must(t, err)
	defer r.Close()
	content, err := io.ReadAll(r)
	must(t, err)
	return content
}

func decode(t *testing.T, content []byte) (image.Image, string) {
	t.Helper()
	img, format, err := image.Decode(bytes.NewReader(content))
	must(t, err)
	return img, format
}

// wantNothingElse holds that an image has no metadata left.
func wantNothingElse(t *testing.T, content []byte) {
	t.Helper()
	for _, s := range []string{secret, "Exif", "GPS", "JFIF", "Photoshop", "xmp", "XMP", "adobe", "eXIf", "tIME", "ICCP",
		string(exif(6)[120:144])} {
		if bytes.Contains(content, []byte(s)) {
			t.Errorf("%q is still in it", s)
		}
	}
}

func TestImagesLoseTheirMetadata(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	for name, c := range map[string]struct {
		content []byte
		want    Kept
	}{
		"photo":       {photo(t, 1), Kept{ContentType: "image/jpeg", Extension: ".jpg", Width: 64, Height: 32}},
		"screenshot":  {screenshot(t), Kept{ContentType: "image/png", Extension: ".png", Width: 64, Height: 32}},
		"animation":   {animation(t), Kept{ContentType: "image/gif", Extension: ".gif", Width: 16, Height: 16}},
		"webp photo":  {webpFile(t, "VP8 ", webpLossy, 0), Kept{ContentType: "image/jpeg", Extension: ".jpg", Width: 8, Height: 4}},
		"webp figure": {webpFile(t, "VP8L", webpLossless, 1<<4), Kept{ContentType: "image/png", Extension: ".png", Width: 8, Height: 4}},
	} {
		t.Run(name, func(t *testing.T) {
			if !bytes.Contains(c.content, []byte(secret)) {
				t.Fatal("there is nothing to lose in it")
			}
			got, content := add(t, s, c.content)
			wantNothingElse(t, content)
			if got.SHA256 != digest(content) || got.Size != int64(len(content)) {
				t.Errorf("%+v does not fit its content", got)
			}
			got.SHA256, got.Size = "", 0
			if got != c.want {
				t.Errorf("kept %+v, want %+v", got, c.want)
			}
			if img, _ := decode(t, content); img.Bounds().Dx() != c.want.Width || img.Bounds().Dy() != c.want.Height {
				t.Errorf("it is %v", img.Bounds())
			}
			// What was cleaned once stays as it is, so that an export can be
			// imported and exported again.
			again, _ := add(t, s, content)
			if again.SHA256 != digest(content) {
				t.Error("cleaned again, it changed")
			}
		})
	}
}

// A photograph that was taken sideways comes out upright.
func TestOrientation(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	for orientation, corner := range map[uint16]image.Point{
		1: {2, 2}, 2: {61, 2}, 3: {61, 29}, 4: {2, 29}, 5: {2, 2}, 6: {29, 2}, 7: {29, 61}, 8: {2, 61},
	} {
		_, content := add(t, s, photo(t, orientation))
		img, _ := decode(t, content)
		if sideways := orientation > 4; sideways != (img.Bounds().Dy() > img.Bounds().Dx()) {
			t.Errorf("orientation %d: it is %v", orientation, img.Bounds())
			continue
		}
		for _, p := range []image.Point{{2, 2}, {img.Bounds().Dx() - 3, 2}, {2, img.Bounds().Dy() - 3}, {img.Bounds().Dx() - 3, img.Bounds().Dy() - 3}} {
			r, _, b, _ := img.At(p.X, p.Y).RGBA()
			if red := r > b; red != (p == corner) {
				t.Errorf("orientation %d: red at %v is %v", orientation, p, red)
			}
		}
	}
}

func TestAnAnimationKeepsItsFrames(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	_, content := add(t, s, animation(t))
	all, err := gif.DecodeAll(bytes.NewReader(content))
	must(t, err)
	if len(all.Image) != 3 || !slices.Equal(all.Delay, []int{10, 11, 12}) || all.LoopCount != 3 {
		t.Errorf("%d frames, delays %v, loops %d", len(all.Image), all.Delay, all.LoopCount)
	}
}

func TestPDFStaysAsItIs(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	k, content := add(t, s, []byte(pdfFile))
	if string(content) != pdfFile || k.ContentType != "application/pdf" || k.Extension != ".pdf" || k.Width != 0 {
		t.Errorf("kept %+v", k)
	}
}

func TestWhatIsNotTaken(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	tooLong := bytes.Repeat([]byte(pdfFile), 200)
	for name, c := range map[string]struct {
		content []byte
		limit   int64
		kind    models.Kind
		why     error
	}{
		"nothing":        {nil, 0, models.Invalid, nil},
		"half of a PDF":  {[]byte(pdfFile[:len(pdfFile)/2]), 0, models.Invalid, nil},
		"a page":         {[]byte("<!DOCTYPE html><script>alert(1)</script>"), 0, models.Unsupported, nil},
		"a drawing":      {[]byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), 0, models.Unsupported, nil},
		"a program":      {[]byte("MZ\x90\x00\x03\x00\x00\x00"), 0, models.Unsupported, nil},
		"an archive":     {[]byte("PK\x03\x04\x14\x00\x00\x00\x08\x00"), 0, models.Unsupported, nil},
		"text":           {[]byte("GI"), 0, models.Unsupported, nil},
		"a page first":   {append([]byte("<html>"), pdfFile...), 0, models.Unsupported, nil},
		"too large":      {tooLong, 1 << 10, models.TooLarge, nil},
		"large enough":   {tooLong, int64(len(tooLong)) - 1, models.TooLarge, nil},
		"half a JPEG":    {photo(t, 1)[:500], 0, models.Invalid, nil},
		"half a PNG":     {pngFile(t)[:100], 0, models.Invalid, nil},
		"half a GIF":     {gifFile(t, 3)[:900], 0, models.Invalid, nil},
		"half a WebP":    {webpFile(t, "VP8 ", webpLossy, 0)[:60], 0, models.Invalid, nil},
		"a JPEG's start": {[]byte("\xFF\xD8\xFF\xE0"), 0, models.Invalid, nil},
		"a moving WebP": {riff(riffChunk("VP8X", []byte{2, 0, 0, 0, 7, 0, 0, 3, 0, 0}), riffChunk("ANIM", make([]byte, 6))),
			0, models.Unsupported, errMovingWebP},
		"a house of a PNG": {hugePNG(19000, 19000), 0, models.Invalid, errTooManyPixels},
		"16-bit colour":    {hugePNG16(5000, 5000), 0, models.Invalid, errTooManyPixels},
		"a row of a PNG":   {hugePNG(1_000_000, 1), 0, models.Invalid, errTooManyPixels},
		"a film of a GIF":  {longGIF(t, 5000, 3000), 0, models.Invalid, errTooManyPixels},
		"a JPEG of scans":  {manyScans(t), 0, models.Invalid, errBroken},
	} {
		start := time.Now()
		_, err := s.Add(t.Context(), bytes.NewReader(c.content), c.limit)
		if models.KindOf(err) != c.kind {
			t.Errorf("%s: %v", name, err)
		}
		if c.why != nil && !errors.Is(err, c.why) {
			t.Errorf("%s: for another reason: %v", name, err)
		}
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%s took %v", name, took)
		}
	}
	if left := files(t, s); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

// hugePNG says that it is far larger than it is.
func hugePNG(w, h uint32) []byte { return emptyPNG(w, h, 8) }

func hugePNG16(w, h uint32) []byte { return emptyPNG(w, h, 16) }

func emptyPNG(w, h uint32, depth byte) []byte {
	header := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	return slices.Concat([]byte("\x89PNG\r\n\x1a\n"), pngChunk("IHDR", append(header, depth, 2, 0, 0, 0)),
		pngChunk("IDAT", nil), pngChunk("IEND", nil))
}

// longGIF has more frames than fit into memory, of a few bytes each.
func longGIF(t *testing.T, side, frames int) []byte {
	t.Helper()
	canvas := binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(nil, uint16(side)), uint16(side))
	frame := slices.Concat([]byte{0x2C, 0, 0, 0, 0}, canvas, []byte{0, 2, 2, 0x4C, 0x01, 0})
	return slices.Concat([]byte("GIF89a"), canvas, []byte{0x80, 0, 0, 0, 0, 0, 255, 255, 255}, bytes.Repeat(frame, frames), []byte{0x3B})
}

// manyScans repeats the coded part of a JPEG.
func manyScans(t *testing.T) []byte {
	t.Helper()
	plain := jpegFile(t)
	scan := bytes.Index(plain, []byte{0xFF, jpegSOS})
	end := len(plain) - 2
	return slices.Concat(plain[:end], bytes.Repeat(plain[scan:end], maxScans), plain[end:])
}

// An upload that breaks off leaves nothing behind, wherever it does.
func TestHalfAnUpload(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	half := io.MultiReader(bytes.NewReader(photo(t, 1)[:600]), iotest.ErrReader(errors.New("gone")))
	if _, err := s.Add(t.Context(), half, 0); models.KindOf(err) != models.BadRequest {
		t.Errorf("a broken body gave %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Add(ctx, strings.NewReader(pdfFile), 0); err == nil {
		t.Error("a cancelled upload was kept")
	}
	if left := files(t, s); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

func TestACrashIsSweptUp(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	address := "file://" + filepath.ToSlash(dir)
	s, err := Open(t.Context(), address)
	must(t, err)
	k, _ := add(t, s, []byte(pdfFile))
	must(t, s.Close())
	old := filepath.Join(dir, k.SHA256[:2], k.SHA256+".123.tmp")
	young := old + ".tmp"
	must(t, os.WriteFile(old, []byte("half"), 0o600))
	must(t, os.WriteFile(young, []byte("half"), 0o600))
	yesterday := time.Now().Add(-24 * time.Hour)
	must(t, os.Chtimes(old, yesterday, yesterday))
	s, err = Open(t.Context(), address)
	must(t, err)
	s.sweep.Wait()
	if got := files(t, s); !slices.Equal(got, []string{k.SHA256, filepath.Base(young)}) {
		t.Errorf("left: %q", got)
	}
	must(t, s.Each(t.Context(), func(sum string, _ int64) error {
		if sum != k.SHA256 {
			t.Errorf("%q is no file", sum)
		}
		return nil
	}))
	must(t, s.Close())
}

func TestOpenDeleteEachPut(t *testing.T) {
	t.Parallel()
	testStore(t, openStore(t))
}

// testStore is what every place must do.
func testStore(t *testing.T, s *Store) {
	t.Helper()
	ctx := t.Context()
	must(t, s.Ping(ctx))
	var sums []string
	for _, content := range [][]byte{photo(t, 1), []byte(pdfFile), pngFile(t), []byte(pdfFile)} {
		k, _ := add(t, s, content)
		if !slices.Contains(sums, k.SHA256) {
			sums = append(sums, k.SHA256)
		}
	}
	slices.Sort(sums)
	sizes := map[string]int64{}
	list := func() (got []string) {
		t.Helper()
		must(t, s.Each(ctx, func(sum string, size int64) error {
			sizes[sum] = size
			got = append(got, sum)
			return nil
		}))
		return got
	}
	if got := list(); !slices.Equal(got, sums) || len(sums) != 3 {
		t.Fatalf("files %q, want %q", got, sums)
	}
	content := read(t, s, sums[0])
	if sizes[sums[0]] != int64(len(content)) {
		t.Errorf("listed with %d bytes, has %d", sizes[sums[0]], len(content))
	}
	for range 2 { // deleting twice is no error
		must(t, s.Delete(ctx, sums[0]))
	}
	if _, err := s.Open(ctx, sums[0]); models.KindOf(err) != models.NotFound {
		t.Errorf("a deleted file gave %v", err)
	}
	must(t, s.Put(ctx, sums[0], bytes.NewReader(content)))
	if got := read(t, s, sums[0]); !bytes.Equal(got, content) || !slices.Equal(list(), sums) {
		t.Error("Put did not bring it back")
	}
	if err := s.Put(ctx, sums[0], strings.NewReader(pdfFile+" ")); models.KindOf(err) != models.Invalid {
		t.Errorf("a damaged file gave %v", err)
	}
	stop := errors.New("stop")
	if err := s.Each(ctx, func(string, int64) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("Each gave %v", err)
	}
	for _, bad := range []string{"", "../../etc/passwd", strings.Repeat("A", 64), strings.Repeat("0", 64)} {
		if _, err := s.Open(ctx, bad); models.KindOf(err) != models.NotFound {
			t.Errorf("Open(%q) gave %v", bad, err)
		}
		if err := s.Delete(ctx, bad); err != nil {
			t.Errorf("Delete(%q) gave %v", bad, err)
		}
	}
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	content := photo(t, 6)
	var group sync.WaitGroup
	sums := make([]string, 12)
	for i := range sums {
		group.Go(func() {
			k, err := s.Add(t.Context(), bytes.NewReader(content), 0)
			if err != nil {
				t.Error(err)
			}
			sums[i] = k.SHA256
		})
	}
	group.Wait()
	if slices.Sort(sums); sums[0] != sums[len(sums)-1] || len(files(t, s)) != 1 {
		t.Errorf("kept as %q in %q", sums, files(t, s))
	}
}

func TestAddressesThatCannotBe(t *testing.T) {
	t.Parallel()
	plain := filepath.Join(t.TempDir(), "plain")
	must(t, os.WriteFile(plain, nil, 0o600))
	for address, kind := range map[string]models.Kind{
		"":                          models.Invalid,
		"/srv/uploads":              models.Invalid,
		"ftp://host/x":              models.Invalid,
		"file://%zz":                models.Invalid,
		"file://" + plain + "/x":    models.Unavailable,
		"s3://bucket?no_such_key=1": models.Unavailable,
	} {
		s, err := Open(t.Context(), address)
		if models.KindOf(err) != kind {
			t.Errorf("%q gave %v", address, err)
		}
		if err == nil {
			must(t, s.Close())
		}
	}
}

// Whatever is thrown at it, cleaning neither panics nor lets metadata through,
// and what it gives can be cleaned again without a change.
func FuzzClean(f *testing.F) {
	for _, seed := range [][]byte{photo(f, 6), screenshot(f), animation(f), jpegFile(f), pngFile(f), gifFile(f, 2),
		webpFile(f, "VP8 ", webpLossy, 0), webpFile(f, "VP8L", webpLossless, 1<<4)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		kind, err := Sniff(content)
		if err != nil || kind == PDF {
			return
		}
		p, err := cleanImage(content, kind)
		if err != nil {
			return
		}
		again, err := cleanImage(p.content, p.kind)
		if err != nil || !bytes.Equal(again.content, p.content) {
			t.Fatalf("not clean: %v", err)
		}
		if fmt.Sprint(p.kind) == fmt.Sprint(WebP) {
			t.Fatal("kept as WebP")
		}
	})
}

// TestFilesAreListedWhileSomeGo has files come and go all the time that the
// others are listed, as while a backup is made of a site that is in use.
func TestFilesAreListedWhileSomeGo(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	page := func(n int) []byte { return fmt.Appendf(nil, "%%PDF-1.4\n%d\n%%%%EOF\n", n) }
	const stay = 40
	for n := range stay {
		add(t, s, page(n))
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		var err error
		for n := stay; err == nil && ctx.Err() == nil; n++ {
			var k Kept
			if k, err = s.Add(t.Context(), bytes.NewReader(page(n)), 0); err == nil {
				err = s.Delete(t.Context(), k.SHA256)
			}
		}
		done <- err
	}()
	for range 300 {
		found := 0
		if err := s.Each(ctx, func(string, int64) error { found++; return nil }); err != nil || found < stay {
			t.Errorf("%d of %d files are listed: %v", found, stay, err)
			break
		}
	}
	stop()
	must(t, <-done)
}
