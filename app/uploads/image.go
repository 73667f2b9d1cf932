package uploads

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"

	"github.com/disintegration/imaging"
	"golang.org/x/image/webp"

	"grassroots/models"
)

const (
	// maxPixels bounds an image before it is decoded: a file of a few bytes can
	// say that it is as large as a house.
	maxPixels = 32 << 20
	// maxDecoded bounds what it takes in memory, where some take eight bytes a
	// pixel.
	maxDecoded = 4 * maxPixels
	// maxSide bounds each side, which decoders multiply by other things.
	maxSide = 20_000
	// maxScans and maxScanned bound the passes of a progressive JPEG, each of
	// which goes over the whole image however few bytes it has. Ten are usual.
	maxScans   = 100
	maxScanned = 12 * maxPixels
	// jpegQuality loses nothing that anyone sees.
	jpegQuality = 90
)

// picture is an image that is picture and nothing else.
type picture struct {
	content       []byte
	kind          Type
	width, height int
}

var (
	errTooManyPixels = models.E(models.Invalid, "The image has too many pixels: at most 32 million can be taken, or half of that in 16-bit colour. Make it smaller and try again.")
	errBroken        = models.E(models.Invalid, "The image cannot be read. It may be damaged: open it in another program, save it again and try once more.")
	errMovingWebP    = models.E(models.Unsupported, "A moving WebP image cannot be taken. Save it as a GIF and try again.")
)

// cleanImage takes everything from an image that is not picture: EXIF with its
// places and cameras, comments, thumbnails, colour profiles, and whatever
// follows its end. It does so by decoding and encoding it again, the right way
// up. An image that holds nothing else, as one that was cleaned before, stays as
// it is to the byte: it loses no quality, and an export can be imported.
func cleanImage(content []byte, kind Type) (p picture, err error) {
	defer func() {
		if v := recover(); v != nil { // a decoder met what it did not expect
			p, err = picture{}, errBroken
		}
	}()
	size, err := measure(content, kind)
	if err != nil {
		return picture{}, err
	}
	switch kind {
	case JPEG:
		p, err = cleanJPEG(content, size)
	case PNG:
		p, err = cleanPNG(content)
	case GIF:
		p, err = cleanGIF(content, size)
	case WebP:
		p, err = fromWebP(content)
	}
	if err != nil {
		var told *models.Error
		if errors.As(err, &told) {
			return picture{}, err
		}
		return picture{}, &models.Error{Kind: errBroken.Kind, Message: errBroken.Message, Err: err}
	}
	return p, nil
}

// measure reads an image's size, and refuses what is too large to decode.
func measure(content []byte, kind Type) (image.Config, error) {
	read := map[Type]func(r *bytes.Reader) (image.Config, error){
		JPEG: func(r *bytes.Reader) (image.Config, error) { return jpeg.DecodeConfig(r) },
		PNG:  func(r *bytes.Reader) (image.Config, error) { return png.DecodeConfig(r) },
		GIF:  func(r *bytes.Reader) (image.Config, error) { return gif.DecodeConfig(r) },
		WebP: func(r *bytes.Reader) (image.Config, error) { return webp.DecodeConfig(r) },
	}[kind]
	size, err := read(bytes.NewReader(content))
	switch {
	case kind == WebP && isMovingWebP(content):
		return size, errMovingWebP
	case err != nil || size.Width < 1 || size.Height < 1:
		return size, errBroken
	case size.Width > maxSide || size.Height > maxSide || size.Width*size.Height > maxPixels,
		size.Width*size.Height*bytesAPixel(size.ColorModel) > maxDecoded:
		return size, errTooManyPixels
	}
	return size, nil
}

func bytesAPixel(m color.Model) int {
	switch m {
	case color.NRGBA64Model, color.RGBA64Model:
		return 8
	}
	return 4
}

func cleanJPEG(content []byte, size image.Config) (picture, error) {
	pure, scans := readJPEG(content)
	if scans > maxScans || scans*size.Width*size.Height > maxScanned {
		return picture{}, errBroken
	}
	img, err := imaging.Decode(bytes.NewReader(content), imaging.AutoOrientation(true))
	if err != nil {
		return picture{}, err
	}
	if pure {
		return pictureOf(content, JPEG, img), nil
	}
	return encodeJPEG(img)
}

func encodeJPEG(img image.Image) (picture, error) {
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: jpegQuality}); err != nil {
		return picture{}, err
	}
	return pictureOf(out.Bytes(), JPEG, img), nil
}

func cleanPNG(content []byte) (picture, error) {
	img, err := png.Decode(bytes.NewReader(content))
	if err != nil {
		return picture{}, err
	}
	if readPNG(content) {
		return pictureOf(content, PNG, img), nil
	}
	return encodePNG(img)
}

func encodePNG(img image.Image) (picture, error) {
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		return picture{}, err
	}
	return pictureOf(out.Bytes(), PNG, img), nil
}

// fromWebP keeps a photograph as JPEG and a drawing, or what is see-through, as
// PNG: each as its kind is kept small.
func fromWebP(content []byte) (picture, error) {
	img, err := webp.Decode(bytes.NewReader(content))
	if err != nil {
		return picture{}, err
	}
	if photo, ok := img.(*image.YCbCr); ok {
		return encodeJPEG(photo)
	}
	return encodePNG(img)
}

// cleanGIF keeps every frame.
func cleanGIF(content []byte, size image.Config) (picture, error) {
	pure, pixels, err := readGIF(content)
	if err != nil {
		return picture{}, err
	}
	if pixels > 3*maxPixels { // of one byte each
		return picture{}, errTooManyPixels
	}
	all, err := gif.DecodeAll(bytes.NewReader(content))
	if err != nil {
		return picture{}, err
	}
	p := picture{content: content, kind: GIF, width: size.Width, height: size.Height}
	if pure {
		return p, nil
	}
	var out bytes.Buffer
	if err := gif.EncodeAll(&out, all); err != nil {
		return picture{}, err
	}
	p.content = out.Bytes()
	return p, nil
}

func pictureOf(content []byte, kind Type, img image.Image) picture {
	return picture{content: content, kind: kind, width: img.Bounds().Dx(), height: img.Bounds().Dy()}
}
